import type { Logger } from 'pino';
import { firstValueFrom, timeout } from 'rxjs';
import type * as z from 'zod';
import { encodeJpeg } from './capture/encode-jpeg.ts';
import { explainIssue, formatPath } from './config/explain-issue.ts';
import { oneOf, section, trueOrFalse } from './config/fields.ts';
import type { MoodstatConfig } from './config/resolve-config.ts';
import type { RequestHandlers } from './publish/answer-requests.ts';
import type { BridgeRequest } from './publish/requests.ts';
import type { Watch } from './watch-camera.ts';

/** A camera that is asked for a frame now and then may take a while until the next. */
const SNAPSHOT_MS = 10_000;

/** What requests act upon. */
export interface Requested {
  readonly watches: readonly Watch[];
  readonly privacy: MoodstatConfig['privacy'];
  readonly log: Logger;
  /** `bridge/health` as it is now. */
  readonly health: () => unknown;
  /** Reads the rules anew and puts them in force; resolves with what the response tells, rejects in words. */
  readonly reloadRules?: () => Promise<unknown>;
  /** What can be asked of the rules beside that. */
  readonly ruleRequests?: RequestHandlers;
  /** Resolves when the configuration would carry a new start, rejects in words; the restart follows the response. */
  readonly prepareRestart?: () => Promise<unknown>;
}

/** All that can be asked of the daemon on `bridge/request/<name>`. */
export function bridgeRequests(of: Requested): RequestHandlers {
  return {
    health_check: of.health,
    restart: async () => {
      if (!of.prepareRestart) throw new Error('this daemon cannot restart itself');
      await of.prepareRestart();
    },
    'rules/reload': () => {
      if (!of.reloadRules) throw new Error('rules cannot be read anew while the daemon runs; ask for `restart`');
      return of.reloadRules();
    },
    ...of.ruleRequests,
    'camera/enable': (request) => {
      const { camera, enabled } = read(section({ camera: nameOf(of.watches), enabled: trueOrFalse() }), request);
      of.log.info({ camera }, `${camera}: switched ${enabled ? 'on' : 'off'}`);
      find(of.watches, camera).enabled$.next(enabled);
      return { camera, enabled };
    },
    snapshot: (request) => {
      if (!of.privacy.snapshots) throw new Error('no picture leaves this daemon; privacy.snapshots is off');
      const { camera } = read(section({ camera: nameOf(of.watches) }), request);
      return takeSnapshot(find(of.watches, camera));
    },
    log_level: (request) => {
      const level = oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent');
      const { level: wanted } = read(section({ level: level.optional() }), request);
      if (wanted !== undefined) of.log.level = wanted;
      return { level: of.log.level };
    },
  };
}

async function takeSnapshot({ name, enabled$, frames$ }: Watch): Promise<unknown> {
  if (!enabled$.value) throw new Error(`${name} is switched off`);
  const none = () => {
    throw new Error(`${name} gave no frame within ${SNAPSHOT_MS / 1000} s`);
  };
  const frame = await firstValueFrom(frames$.pipe(timeout({ first: SNAPSHOT_MS, with: none })));
  const jpeg = await encodeJpeg(frame);
  return {
    camera: name,
    at: new Date(frame.atMs).toISOString(),
    width: frame.width,
    height: frame.height,
    jpeg: jpeg.toString('base64'),
  };
}

function nameOf(watches: readonly Watch[]) {
  const [first = '', ...others] = watches.map(({ name }) => name);
  return oneOf(first, ...others);
}

function find(watches: readonly Watch[], camera: string): Watch {
  return watches.find(({ name }) => name === camera)!;
}

/** The data of a request as a schema wants it; throws with all that is wrong with it in one line. */
function read<Schema extends z.ZodType>(schema: Schema, { data }: BridgeRequest): z.output<Schema> {
  const result = schema.safeParse(data);
  if (result.success) return result.data;
  const words = result.error.issues
    .flatMap((issue) => explainIssue(issue, data, () => undefined))
    .map(({ path, at, message }) => {
      const place = formatPath(at === 'key' ? path.slice(0, -1) : path);
      return place === '' ? message : `${place}${message.startsWith('is missing') ? ' ' : ': '}${message}`;
    });
  throw new Error(words.join('; '));
}
