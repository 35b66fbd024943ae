import { execFile } from 'node:child_process';
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);

/** Whether ffmpeg can be run here; says so loudly when not, and fails where nothing may be skipped. */
export const HAS_FFMPEG = await run('ffmpeg', ['-version']).then(
  () => true,
  () => {
    console.warn('ffmpeg is not installed: the tests of cameras read through it are SKIPPED (sudo apt install ffmpeg)');
    return false;
  },
);

if (process.env['CI'] === 'true') {
  it('has ffmpeg, for nothing is skipped in CI', () => {
    expect(HAS_FFMPEG).toBe(true);
  });
}

/** Writes a clip of ffmpeg's test picture, 320 × 240 at 10 frames a second; the container is the file name's. */
export async function makeClip(path: string, seconds = 1, size = '320x240'): Promise<string> {
  const source = `testsrc=size=${size}:rate=10:duration=${seconds}`;
  const codec = path.endsWith('.ts') ? 'mpeg2video' : 'mpeg4';
  await run('ffmpeg', ['-loglevel', 'error', '-y', '-f', 'lavfi', '-i', source, '-c:v', codec, '-q:v', '3', path]);
  return path;
}

/** A script that starts ffmpeg under its own process id and notes it, so that a test can find and kill it. */
export async function notingFfmpeg(folder: string): Promise<{ path: string; pids: () => Promise<number[]> }> {
  const path = join(folder, 'ffmpeg-noting');
  const list = join(folder, 'pids');
  await writeFile(list, '');
  await writeFile(path, `#!/bin/sh\necho $$ >> '${list}'\nexec ffmpeg "$@"\n`);
  await chmod(path, 0o755);
  return {
    path,
    pids: async () => (await readFile(list, 'utf8')).split('\n').filter(Boolean).map(Number),
  };
}

/** Whether a process is there; one that has ended but was not waited for counts as there. */
export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
