import { onTestFinished } from 'vitest';
import { startWeb } from '../../src/web/start-web.ts';
import type { WebDeps } from '../../src/web/create-app.ts';

/** The page's server on a port of its own, until the test ends. */
export async function serve(deps: WebDeps): Promise<string> {
  const web = await startWeb(deps);
  onTestFinished(() => web.stop());
  return web.url!;
}
