import { spawnSync } from 'node:child_process';
import { describe } from 'vitest';

/** What the tests with containers run; all but moodstat itself, which they build. */
export const IMAGES = { mosquitto: 'eclipse-mosquitto:2', nodeRed: 'nodered/node-red:4.1' } as const;
const BASE_IMAGES = [...Object.values(IMAGES), 'node:24-bookworm-slim'];

function succeeds(command: string, ...args: string[]): boolean {
  return spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

function whatIsMissing(): string | undefined {
  if (!succeeds('docker', 'info')) return 'no Docker engine answers (`docker info`)';
  const lacking = BASE_IMAGES.filter((image) => !succeeds('docker', 'image', 'inspect', image));
  const unreachable = lacking.filter((image) => !succeeds('docker', 'pull', '--quiet', image));
  return unreachable.length === 0 ? undefined : `${unreachable.join(', ')} cannot be pulled`;
}

const missing = whatIsMissing();

/** `describe` for tests with containers: left out loudly where there are none; never in CI, unless it cannot have any. */
export const describeDocker = missing === undefined ? describe : describe.skip;
if (missing !== undefined) {
  if (process.env['CI'] && !process.env['MOODSTAT_NO_CONTAINERS']) throw new Error(missing);
  console.warn(`LEFT OUT: tests with containers: ${missing}`);
}

// Its helper, which removes what an aborted test leaves behind, is one more image to fetch; ours are removed by the tests.
process.env['TESTCONTAINERS_RYUK_DISABLED'] ??= 'true';

/** Compose as Docker's plugin, or as the older program of its own; the arguments with which it begins. */
export const COMPOSE: readonly [string, ...string[]] = succeeds('docker', 'compose', 'version')
  ? ['docker', 'compose']
  : ['docker-compose'];
