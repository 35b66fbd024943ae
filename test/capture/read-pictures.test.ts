import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { countPictures, type PictureItem, readPictures } from '../../src/capture/read-pictures.ts';
import { jpeg } from './camera-server.ts';
import { HAS_FFMPEG, isAlive, makeClip, notingFfmpeg } from './real-ffmpeg.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'moodstat-pictures-'));
  await mkdir(join(folder, 'sub'));
  for (const name of ['10.jpg', '2.jpg', 'sub/1.jpg']) await writeFile(join(folder, name), await jpeg(20, 10));
  await writeFile(join(folder, '3.jpg'), 'not a picture');
  await writeFile(join(folder, 'notes.txt'), 'nothing to see');
  await writeFile(join(folder, '.hidden.jpg'), await jpeg(20, 10));
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

async function all(paths: readonly string[], ffmpegPath?: string): Promise<PictureItem[]> {
  const items: PictureItem[] = [];
  for await (const item of readPictures(paths, ffmpegPath === undefined ? {} : { ffmpegPath })) items.push(item);
  return items;
}

/** Like `2.jpg` or, with an error, `3.jpg!`. */
function names(items: readonly PictureItem[]): string[] {
  return items.map((item) => `${relative(folder, item.source)}${'error' in item ? '!' : ''}`);
}

describe('readPictures', () => {
  it('reads folders within folders in natural order and goes on past what it cannot read', async () => {
    const items = await all([folder, join(folder, 'none.jpg'), join(folder, '2.jpg')]);
    expect(names(items)).toEqual(['2.jpg', '3.jpg!', '10.jpg', 'sub/1.jpg', 'none.jpg!', '2.jpg']);
  });

  it('counts what it will read', async () => {
    expect(await countPictures([folder, join(folder, '2.jpg')])).toBe(5);
    expect(await countPictures([folder, 'none.mkv'])).toBe(5);
    await writeFile(join(folder, 'sub', 'clip.mkv'), '');
    expect(await countPictures([folder])).toBeUndefined();
    await rm(join(folder, 'sub', 'clip.mkv'));
  });

  it.each<[string, () => Promise<Buffer>, number[]]>([
    [
      'a grey JPEG',
      () =>
        sharp({ create: { width: 4, height: 2, channels: 3, background: '#808080' } })
          .greyscale()
          .jpeg()
          .toBuffer(),
      [128, 128, 128],
    ],
    [
      'a PNG with alpha, on white',
      () =>
        sharp({ create: { width: 4, height: 2, channels: 4, background: '#ff000000' } })
          .png()
          .toBuffer(),
      [255, 255, 255],
    ],
    [
      'a PNG of 16 bits',
      () =>
        sharp({ create: { width: 4, height: 2, channels: 3, background: '#204060' } })
          .toColourspace('rgb16')
          .png()
          .toBuffer(),
      [32, 64, 96],
    ],
    [
      'a grey PNG with alpha',
      () =>
        sharp({ create: { width: 4, height: 2, channels: 4, background: '#808080ff' } })
          .toColourspace('b-w')
          .png()
          .toBuffer(),
      [128, 128, 128],
    ],
    [
      'a palette',
      () =>
        sharp({ create: { width: 4, height: 2, channels: 3, background: '#204060' } })
          .png({ palette: true })
          .toBuffer(),
      [32, 64, 96],
    ],
    [
      'a WebP',
      () =>
        sharp({ create: { width: 4, height: 2, channels: 3, background: '#204060' } })
          .webp({ lossless: true })
          .toBuffer(),
      [32, 64, 96],
    ],
    [
      'a CMYK JPEG',
      () =>
        sharp({ create: { width: 4, height: 2, channels: 3, background: '#ffffff' } })
          .toColourspace('cmyk')
          .jpeg()
          .toBuffer(),
      [255, 255, 255],
    ],
  ])('makes RGB of %s', async (_, make, colour) => {
    const path = join(await mkdtemp(join(folder, 'formats-')), 'picture.jpg');
    await writeFile(path, await make());
    const [item] = await all([path]);
    if (item === undefined || 'error' in item) throw item?.error ?? new Error('nothing was read');
    expect([item.frame.width, item.frame.height, item.frame.rgb.length]).toEqual([4, 2, 24]);
    for (const [c, value] of colour.entries()) expect(Math.abs(item.frame.rgb[c]! - value)).toBeLessThanOrEqual(2);
    await rm(join(path, '..'), { recursive: true });
  });

  it('turns pictures upright', async () => {
    const path = join(folder, 'turned.jpeg');
    await writeFile(
      path,
      await sharp(await jpeg(30, 20))
        .withMetadata({ orientation: 6 })
        .toBuffer(),
    );
    expect(await all([path])).toMatchObject([{ frame: { width: 20, height: 30 }, scale: 1 }]);
    await rm(path);
  });

  it('scales huge pictures down and says by how much', async () => {
    const path = join(folder, 'huge.png');
    await writeFile(
      path,
      await sharp({ create: { width: 100, height: 8192, channels: 3, background: '#fff' } })
        .png()
        .toBuffer(),
    );
    expect(await all([path])).toMatchObject([{ frame: { width: 50, height: 4096 }, scale: 2 }]);
    await rm(path);
  });
});

describe.skipIf(!HAS_FFMPEG)('readPictures on clips', () => {
  it('reads every frame at its own size with its time, much faster than it plays', async () => {
    const clip = await makeClip(join(folder, 'ten-seconds.mkv'), 10);
    const startMs = performance.now();
    const items = await all([clip]);
    expect(performance.now() - startMs).toBeLessThan(8000);
    expect(items).toHaveLength(100);
    expect(items[99]).toMatchObject({
      source: clip,
      atMs: 9900,
      scale: 1,
      frame: { index: 99, width: 320, height: 240 },
    });
    await rm(clip);
  });

  it('gives the frames of a clip with an uneven rate their own times', async () => {
    const even = await makeClip(join(folder, 'even.mkv'), 1);
    const uneven = join(folder, 'uneven.mkv');
    // Frames 0, 1, 2, then 7, 8, 9 of ten.
    const filter = String.raw`select='not(between(n\,3\,6))'`;
    execFileSync('ffmpeg', ['-loglevel', 'error', '-i', even, '-vf', filter, '-vsync', 'vfr', '-c:v', 'mpeg4', uneven]);
    const times = (await all([uneven])).map((item) => ('error' in item ? -1 : item.atMs));
    expect(times).toEqual([0, 100, 200, 700, 800, 900]);
    await Promise.all([rm(even), rm(uneven)]);
  });

  it('says why a file cannot be read', async () => {
    const path = join(folder, 'broken.mkv');
    await writeFile(path, 'no clip at all');
    const [item] = await all([path]);
    expect(item).toMatchObject({ source: path, error: { name: 'CameraError', code: 'unreadable' } });
    await rm(path);
  });

  it('ends ffmpeg when the reader leaves early', async () => {
    const clip = await makeClip(join(folder, 'left-early.mkv'), 20, '640x480');
    const noting = await notingFfmpeg(folder);
    for await (const item of readPictures([clip], { ffmpegPath: noting.path })) {
      expect(item).not.toHaveProperty('error');
      break;
    }
    await vi.waitFor(async () => {
      expect((await noting.pids()).map(isAlive)).toEqual([false]);
    });
    await rm(clip);
  });
});

it('says how to get ffmpeg when a clip is to be read without it', async () => {
  const path = join(folder, 'clip.mkv');
  await writeFile(path, '');
  expect(await all([path], join(folder, 'no-ffmpeg'))).toMatchObject([{ error: { code: 'tool-missing' } }]);
  await rm(path);
});
