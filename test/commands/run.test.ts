import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { freePort } from '../fakes/free-port.ts';
import { type Recorded, TopicRecorder } from '../fakes/topic-recorder.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));

const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** The built daemon in a process of its own, on a broker of its own; `write` replaces its configuration. */
async function running(cameras: string) {
  const folder = await mkdtemp(join(tmpdir(), 'moodstat-run-'));
  const file = join(folder, 'moodstat.yaml');
  const port = await freePort();
  const write = (section: string) => writeFile(file, `version: 1\nbroker: { port: ${port} }\ncameras:\n${section}\n`);
  await write(cameras);
  const heartbeat = join(folder, 'heartbeat');
  const env = { ...process.env, STATE_DIRECTORY: folder, MOODSTAT_HEARTBEAT: heartbeat };
  const child = spawn(process.execPath, [MAIN, 'run', '--config', file], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  closing.push(() => killed(child));
  await said(child, 'moods are published on');
  const recorder = await TopicRecorder.listen(`mqtt://127.0.0.1:${port}`, 'home/emotion/bridge/#');
  closing.push(() => recorder.end());
  return { child, recorder, write, heartbeat };
}

async function said(child: ChildProcess, words: string): Promise<void> {
  for (let text = ''; !text.includes(words);) text += String((await once(child.stdout!, 'data'))[0]);
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

const isInfoWith = (text: string) => (message: Recorded) =>
  message.topic === 'home/emotion/bridge/info' && message.payload.includes(text);

describe('moodstat run', () => {
  it('tells whoever supervises it that it is ready, and ends with 0 on SIGTERM', async () => {
    const { child, heartbeat } = await running('  living: { source: demo }');
    await expect.poll(() => existsSync(heartbeat)).toBe(true);
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });

  it('restarts in its own process when asked to, by the configuration as it is then', async () => {
    const { child, recorder, write } = await running('  living: { source: demo }');
    const ask = (transaction: string) => {
      const answer = recorder.next(({ topic }) => topic === 'home/emotion/bridge/response/restart');
      recorder.client.publish('home/emotion/bridge/request/restart', JSON.stringify({ transaction }), { qos: 1 });
      return answer.then(({ payload }) => JSON.parse(payload) as Record<string, unknown>);
    };
    await recorder.heard(isInfoWith('"living"'));

    await write('  living: { source: demo, fsp: 2 }');
    expect(await ask('a')).toEqual({
      status: 'error',
      error: expect.stringMatching(/`fps`/) as unknown,
      transaction: 'a',
    });
    expect(child.exitCode).toBe(null);

    await write('  lounge: { source: demo }');
    const anew = recorder.next(isInfoWith('"lounge"'));
    expect(await ask('b')).toEqual({ status: 'ok', data: {}, transaction: 'b' });
    await anew;
    expect([child.exitCode, child.signalCode]).toEqual([null, null]);

    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});
