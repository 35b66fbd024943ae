import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const CONFIG = fileURLToPath(new URL('../../config/moodstat.yaml', import.meta.url));
const folder = await mkdtemp(join(tmpdir(), 'moodstat-cli-'));

/** Runs the built command as a user would; `npm test` builds it first. */
function moodstat(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err });
    });
  });
}

describe('the command line', () => {
  it('lists its commands, and explains each', async () => {
    const { code, out } = await moodstat('--help');
    expect(code).toBe(0);
    for (const name of ['run', 'check', 'analyze', 'doctor']) {
      expect(out).toContain(name);
      const help = await moodstat(name, '--help');
      expect([help.code, help.out.includes(`moodstat ${name}`)]).toEqual([0, true]);
    }
  });

  it.each([
    ['an unknown command', ['dance']],
    ['an unknown option', ['check', '--fast']],
    ['no command', []],
    ['no paths', ['analyze']],
    ['a score out of range', ['analyze', '--min-score', '2', 'x.png']],
  ])('exits 2 on %s, with words', async (_, args) => {
    const { code, err } = await moodstat(...args);
    expect(code).toBe(2);
    expect(err).not.toBe('');
    expect(err).not.toMatch(/^\s+at /m);
  });

  it('check: exits 0 on the shipped configuration, 2 on a faulty one, with place and words', async () => {
    expect((await moodstat('check', '--config', CONFIG)).code).toBe(0);
    const faulty = join(folder, 'faulty.yaml');
    await writeFile(faulty, 'version: 1\ncameras:\n  living: { source: demo, fsp: 5 }\n');
    const { code, out } = await moodstat('check', '--config', faulty);
    expect(code).toBe(2);
    expect(out).toMatch(/faulty\.yaml:3:\d+: .*`fsp`.*`fps`/);
    const json = await moodstat('check', '--json', '--config', faulty);
    expect(JSON.parse(json.out)).toMatchObject({ ok: false, faults: [{ line: 3 }] });
  });

  it('run: refuses a faulty configuration at once, with all faults and no stack', async () => {
    const faulty = join(folder, 'run.yaml');
    await writeFile(faulty, 'version: 1\nmqtt: { port: 3 }\nlog: { level: loud }\n');
    const { code, err } = await moodstat('run', '--config', faulty);
    expect(code).toBe(2);
    expect(err).toMatch(/run\.yaml:2:\d+: /);
    expect(err).toMatch(/run\.yaml:3:\d+: /);
    expect(err).not.toMatch(/^\s+at /m);
  });

  it('doctor: finds what is missing and says what to do', async () => {
    const config = join(folder, 'doctor.yaml');
    await writeFile(
      config,
      'version: 1\nmqtt: { url: "mqtt://127.0.0.1:9" }\ncameras:\n  away: { source: /dev/video99, ffmpeg: { path: /nowhere/ffmpeg } }\n',
    );
    const { code, out } = await moodstat('doctor', '--json', '--config', config);
    expect(code).toBe(1);
    const { findings } = JSON.parse(out) as { findings: { subject: string; status: string; message: string }[] };
    const faults = findings.filter(({ status }) => status === 'fault').map(({ subject }) => subject);
    expect(faults.sort()).toEqual(['broker', 'camera away', 'ffmpeg']);
    for (const { message } of findings) expect(message).not.toMatch(/\n\s+at /);
  });
});
