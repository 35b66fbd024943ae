import { expect, it } from 'vitest';

/**
 * What `load` gives, or undefined where the package is not there: that is said loudly, and in CI it is a failure unless the
 * run has said itself, in the environment, why this machine cannot have it.
 */
export function available<T>(what: string, reasonVariable: string, load: () => T): T | undefined {
  let loaded: T | undefined;
  const reason = process.env[reasonVariable];
  try {
    loaded = load();
  } catch (error) {
    console.warn(`the tests of ${what} are SKIPPED: ${reason ?? (error as Error).message}`);
  }
  if (process.env['CI'] === 'true' && reason === undefined) {
    it(`has ${what}, for nothing is skipped in CI without a reason`, () => {
      expect(loaded).toBeDefined();
    });
  }
  return loaded;
}
