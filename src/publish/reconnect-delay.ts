export interface BackoffOptions {
  /** Upper end of the first delay. */
  readonly firstMs: number;
  /** No delay is longer. */
  readonly maxMs: number;
  /** A connection that held this long makes the next delay a first one again. */
  readonly stableMs: number;
}

/** Half a second bridges a broker's restart; half a minute is what a person who just repaired it will wait. */
export const BACKOFF: BackoffOptions = { firstMs: 500, maxMs: 30_000, stableMs: 10_000 };

/**
 * How long to wait before the attempt after `failures` failed ones (1 or more), in ms: doubling, and by chance between
 * half of that and all of it, so that a household's clients do not fall upon a restarted broker at one instant.
 * `random` lies in 0 to 1.
 */
export function reconnectDelayMs(failures: number, { firstMs, maxMs }: BackoffOptions, random: number): number {
  const ceilingMs = Math.min(maxMs, firstMs * 2 ** Math.min(failures - 1, 30));
  return ceilingMs * (0.5 + 0.5 * random);
}
