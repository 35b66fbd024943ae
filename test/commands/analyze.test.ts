import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { readPictures } from '../../src/capture/read-pictures.ts';
import { analyze, type AnalyzeOptions } from '../../src/commands/analyze.ts';
import { EXIT } from '../../src/commands/terminal.ts';
import { FakeEmotionClassifier, FakeFaceDetector } from '../fakes/fake-models.ts';
import { scoresOf } from '../mood/observations.ts';

const folder = await mkdtemp(join(tmpdir(), 'moodstat-analyze-'));
const face = { box: { x: 10.04, y: 20, width: 30, height: 40 }, score: 0.91234 };

async function picture(name: string, width = 160, height = 120): Promise<string> {
  const path = join(folder, name);
  await sharp({ create: { width, height, channels: 3, background: '#446' } })
    .png()
    .toFile(path);
  return path;
}

async function run(paths: string[], options: AnalyzeOptions, faces = [face]) {
  const printed: string[] = [];
  const noted: string[] = [];
  let ticks = 0;
  const code = await analyze(
    readPictures(paths),
    {
      detector: new FakeFaceDetector(() => faces),
      classifier: new FakeEmotionClassifier(() => scoresOf('happy', 0.81)),
    },
    options,
    { print: (line) => printed.push(line), note: (line) => noted.push(line), interactive: false },
    { tick: () => ticks++, done: () => undefined },
  );
  return { code, printed, noted, ticks };
}

describe('analyze', () => {
  it('prints a JSON line a picture, with boxes in px of the original', async () => {
    const path = await picture('one.png');
    const { code, printed } = await run([path], { json: true });
    expect(code).toBe(EXIT.ok);
    expect(printed).toHaveLength(1);
    const line = JSON.parse(printed[0]!) as Record<string, unknown>;
    expect(line).toMatchObject({ source: path, frame: 0, atMs: 0, width: 160, height: 120 });
    expect(line['faces']).toEqual([
      {
        box: { x: 10, y: 20, width: 30, height: 40 },
        score: 0.9123,
        emotion: 'happy',
        confidence: 0.81,
        scores: {
          angry: 0.0317,
          disgust: 0.0317,
          fear: 0.0317,
          happy: 0.81,
          sad: 0.0317,
          surprise: 0.0317,
          neutral: 0.0317,
        },
      },
    ]);
  });

  it('gives px of the original for a picture that is too large to be read whole', async () => {
    const path = await picture('large.png', 8192, 64);
    const line = JSON.parse((await run([path], { json: true })).printed[0]!) as Record<string, unknown>;
    expect(line).toMatchObject({
      width: 8192,
      height: 64,
      faces: [{ box: { x: 20.1, y: 40, width: 60, height: 80 } }],
    });
  });

  it('prints a picture without faces too', async () => {
    const path = await picture('none.png');
    expect(JSON.parse((await run([path], { json: true }, [])).printed[0]!)).toMatchObject({ source: path, faces: [] });
    expect((await run([path], { json: false }, [])).printed).toEqual([`${path}: no face`]);
  });

  it('writes for people without --json', async () => {
    const path = await picture('words.png');
    expect((await run([path], { json: false })).printed).toEqual([`${path}: happy 81 % (30×40 px at 10,20)`]);
  });

  it('goes on past what cannot be read, says so, and fails in the end', async () => {
    const broken = join(folder, 'broken.jpg');
    await writeFile(broken, 'not a picture');
    const good = await picture('good.png');
    const { code, printed, noted, ticks } = await run([broken, join(folder, 'absent.png'), good], { json: true });
    expect(code).toBe(EXIT.failed);
    expect(printed).toHaveLength(1);
    expect(ticks).toBe(1);
    expect(noted).toHaveLength(2);
    expect(noted[0]).toContain(broken);
    expect(noted[1]).toContain('no such file');
  });

  it('annotates with boxes and captions, at the original size, also where a face lies on the border', async () => {
    const path = await picture('marked.png', 320, 240);
    const out = join(folder, 'annotated');
    const faces = [
      { box: { x: -20, y: -10, width: 80, height: 90 }, score: 0.9 },
      { box: { x: 280, y: 200, width: 80, height: 90 }, score: 0.9 },
    ];
    await run([path], { json: true, annotate: out }, faces);
    expect(await readdir(out)).toEqual(['marked.png.jpg']);
    const { data, info } = await sharp(await readFile(join(out, 'marked.png.jpg')))
      .raw()
      .toBuffer({ resolveWithObject: true });
    expect([info.width, info.height]).toEqual([320, 240]);
    // The box's colour stands on its right edge, and the caption's ground in the corner.
    const red = (x: number, y: number) => data[(y * info.width + x) * info.channels]!;
    expect(red(60, 60)).toBeGreaterThan(200);
    expect(red(100, 200)).toBeLessThan(120);
    const caption = Array.from({ length: 60 * 12 }, (_, i) => red(258 + (i % 60), 184 + Math.floor(i / 60)));
    expect(caption.filter((value) => value > 200).length).toBeGreaterThan(300);
  });
});
