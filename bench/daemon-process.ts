import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { freePort } from '../test/fakes/free-port.ts';
import { TopicRecorder } from '../test/fakes/topic-recorder.ts';

const ASK_EVERY_MS = 20;
const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const UNIT = fileURLToPath(new URL('../service/moodstat.service', import.meta.url));

/** What `bridge/response/health_check` says, as far as it is read here. */
export interface Health {
  readonly memory_mb: number;
  readonly cameras: Readonly<
    Record<
      string,
      {
        readonly frames: { readonly seen: number; readonly dropped: number; readonly failed: number };
        readonly latency_ms: { readonly p50: number | null; readonly p95: number | null };
      }
    >
  >;
}

/** The daemon as the systemd unit runs it: its own process, its embedded broker, and a listener there. */
export interface DaemonProcess {
  readonly pid: number;
  /** When it was started, as `performance.now()`. */
  readonly startedMs: number;
  readonly recorder: TopicRecorder;
  health(): Promise<Health>;
  /** Ends it as systemd would, and takes away its files. */
  stop(): Promise<void>;
}

/** Starts `dist/main.js` with a configuration of its own on a free port; resolves once a listener is connected. */
export async function startDaemonProcess(
  cameras: Readonly<Record<string, object>>,
  mood: object = {},
  vision: object = {},
  others: object = { web: { enabled: false } },
): Promise<DaemonProcess> {
  await access(MAIN).catch((cause: unknown) => {
    throw new Error(`${MAIN} is missing; run \`npm run build\` first`, { cause });
  });
  const folder = await mkdtemp(join(tmpdir(), 'moodstat-bench-'));
  const port = await freePort();
  const config = join(folder, 'moodstat.json');
  // JSON is YAML.
  await writeFile(
    config,
    JSON.stringify({ version: 1, broker: { port }, cameras, mood, vision, ...others, log: { level: 'warn' } }),
  );
  await writeFile(join(folder, 'rules.yaml'), 'version: 1\nrules: []\n');
  const startedMs = performance.now();
  const child = spawn(process.execPath, [MAIN, 'run', '--config', config], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, ...(await unitEnvironment()), STATE_DIRECTORY: folder },
  });
  const ended = once(child, 'exit');
  const gone = ended.then(([code]) => {
    throw new Error(`the daemon ended with ${String(code)} before its broker was there`);
  });
  const recorder = await Promise.race([listenWhenUp(port), gone]);
  // From here on its end is no surprise.
  gone.catch(() => undefined);
  // Only from then on it hears requests.
  const online = recorder.heard(
    ({ topic, payload }) => topic === 'home/emotion/bridge/state' && payload.includes('online'),
  );
  let asked = 0;
  return {
    pid: child.pid!,
    startedMs,
    recorder,
    async health() {
      await online;
      const transaction = `bench-${asked++}`;
      const answer = recorder.next(
        ({ topic, payload }) => topic.endsWith('/response/health_check') && payload.includes(`"${transaction}"`),
      );
      const payload = JSON.stringify({ transaction });
      await recorder.client.publishAsync('home/emotion/bridge/request/health_check', payload);
      return (JSON.parse((await answer).payload) as { data: Health }).data;
    },
    async stop() {
      await recorder.end();
      await endProcess(child, ended);
      await rm(folder, { recursive: true });
    },
  };
}

/** The variables that the systemd unit sets. */
async function unitEnvironment(): Promise<Record<string, string>> {
  const lines = (await readFile(UNIT, 'utf8')).matchAll(/^Environment=(.*)$/gm);
  return Object.fromEntries(
    [...lines].flatMap(([, line]) =>
      line!.split(' ').map((one) => one.split(/=(.*)/s).slice(0, 2) as [string, string]),
    ),
  );
}

/** Asks for the daemon's broker until it is there. */
async function listenWhenUp(port: number): Promise<TopicRecorder> {
  for (;;) {
    try {
      return await TopicRecorder.listen(`mqtt://127.0.0.1:${port}`, 'home/emotion/#');
    } catch {
      await sleep(ASK_EVERY_MS);
    }
  }
}

async function endProcess(child: ChildProcess, ended: Promise<unknown>): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  await ended;
}
