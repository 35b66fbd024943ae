import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { firstValueFrom, take, toArray } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DEMO_CLIP, demoCamera, type DemoIndex } from '../../src/capture/demo-camera.ts';
import { jpeg } from './camera-server.ts';

let folder: string;
let clip: URL;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moodstat-demo-'));
  clip = pathToFileURL(`${folder}/`);
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function writeClip(pictures: readonly Buffer[], changes: Partial<DemoIndex> = {}): Promise<void> {
  const frameBytes = pictures.map(({ length }) => length);
  await writeFile(join(folder, 'clip.mjpeg'), Buffer.concat(pictures));
  await writeFile(join(folder, 'clip.json'), JSON.stringify({ fps: 50, width: 8, height: 8, frameBytes, ...changes }));
}

describe('demoCamera', () => {
  it('plays the pictures at their rate, again and again', async () => {
    await writeClip([await jpeg(8, 8, '#ff0000'), await jpeg(8, 8, '#0000ff')]);
    const frames = await firstValueFrom(demoCamera('d', { clip }).frames$.pipe(take(4), toArray()));
    expect(frames.map(({ index, rgb }) => [index, rgb[0]! > 128])).toEqual([
      [0, true],
      [1, false],
      [2, true],
      [3, false],
    ]);
    expect(frames[3]!.atMs - frames[0]!.atMs).toBeGreaterThanOrEqual(59);
  });

  it('completes after one round when it does not loop', async () => {
    await writeClip([await jpeg(8, 8), await jpeg(8, 8)]);
    const frames = await firstValueFrom(demoCamera('d', { clip, loop: false }).frames$.pipe(toArray()));
    expect(frames).toHaveLength(2);
  });

  it.each([
    ['not-found', 'is missing', () => Promise.resolve()],
    ['unreadable', 'the index is no JSON', () => writeClip([]).then(() => writeFile(join(folder, 'clip.json'), '{'))],
    ['unreadable', 'the index does not fit', async () => writeClip([await jpeg(8, 8)], { frameBytes: [5] })],
    ['unreadable', 'a picture is broken', () => writeClip([Buffer.from('no picture')])],
  ])('is %s when the clip %s', async (code, _, make) => {
    await make();
    await expect(firstValueFrom(demoCamera('d', { clip }).frames$)).rejects.toMatchObject({
      code,
      message: expect.stringContaining('install moodstat again') as string,
    });
  });

  it('has a shipped clip whose truth covers the seven emotions and the empty room', async () => {
    const index = JSON.parse(await readFile(new URL('clip.json', DEMO_CLIP), 'utf8')) as DemoIndex;
    const truth = JSON.parse(await readFile(new URL('truth.json', DEMO_CLIP), 'utf8')) as {
      fromMs: number;
      toMs: number;
      emotion: string | null;
    }[];
    const lengthMs = (index.frameBytes.length / index.fps) * 1000;
    expect(Math.abs(truth.at(-1)!.toMs - lengthMs)).toBeLessThan(1000 / index.fps);
    expect(truth.every(({ fromMs, toMs }, i) => fromMs < toMs && fromMs >= (truth[i - 1]?.toMs ?? 0))).toBe(true);
    expect(new Set(truth.map(({ emotion }) => emotion)).size).toBe(8);
  });
});
