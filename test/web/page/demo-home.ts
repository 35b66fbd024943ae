import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../fakes/free-port.ts';

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));

/** The built daemon in a process of its own, playing the demo by the shipped rules, with a page and a history. */
export interface DemoHome {
  readonly url: string;
  readonly configFile: string;
  readonly rulesFile: string;
  stop(): Promise<void>;
}

/** With `live`, cameras can be looked through. */
export async function startDemoHome({ live = false } = {}): Promise<DemoHome> {
  const folder = await mkdtemp(join(tmpdir(), 'moodstat-page-'));
  const [configFile, rulesFile] = [join(folder, 'moodstat.yaml'), join(folder, 'rules.yaml')];
  const [broker, web] = [await freePort(), await freePort()];
  await cp(join(ROOT, 'config', 'rules.yaml'), rulesFile);
  const written = ['version: 1', `broker: { port: ${broker} }`, `web: { port: ${web}, live_view: ${live} }`];
  await writeFile(
    configFile,
    [...written, `privacy: { frames: ${live ? 'live' : 'none'} }`, 'history: { enabled: true }', ''].join('\n'),
  );
  const child = spawn(process.execPath, [join(ROOT, 'dist', 'main.js'), 'run', '--config', configFile], {
    env: { ...process.env, STATE_DIRECTORY: folder, TZ: 'Europe/Berlin' },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await said(child, 'the page is on');
  child.stdout.resume();
  return {
    ...{ url: `http://127.0.0.1:${web}`, configFile, rulesFile },
    stop: async () => {
      if (child.exitCode === null && child.signalCode === null) {
        child.kill('SIGKILL');
        await once(child, 'exit');
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function said(child: ChildProcess, words: string): Promise<void> {
  for (let text = ''; !text.includes(words);) text += String((await once(child.stdout!, 'data'))[0]);
}
