import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import sharp from 'sharp';
import type { DemoIndex } from '../capture/demo-camera.ts';
import { emotionMeans } from './demo/emotion-means.ts';
import { createRenderer } from './demo/render-clip.ts';
import { CLIP_MS, SHOTS } from './demo/timeline.ts';
import { loadDataSet } from './emotion/load-data-set.ts';
import { count, entryScript } from './entry.ts';

const WIDTH = 640;
const HEIGHT = 480;
const FPS = 6;
/** Px of a mean face: more than the pictures have, for aligned means carry detail between their pixels. */
const MEAN_SIDE = 144;

const options = entryScript('npm run demo-clip --', 'Draws the demo clip from mean faces of the training pictures.')
  .requiredOption('--data <dir>', 'fer2013.csv')
  .option('--out <dir>', 'the clip', 'models/demo')
  .option('--quality <n>', 'of its JPEG pictures, 1 to 100', count, 72)
  .parse()
  .opts();

const means = emotionMeans(await loadDataSet(options.data, ['Training']), MEAN_SIDE);
for (const { emotion, pictures } of means)
  console.log(`${emotion}: mean of ${pictures} pictures and their mirror images`);

const draw = await createRenderer(new Map(means.map(({ emotion, mean }) => [emotion, mean])), WIDTH, HEIGHT);
const frames: Buffer[] = [];
for (let i = 0; i < Math.round((CLIP_MS / 1000) * FPS); i++) {
  const raw = draw((i * 1000) / FPS);
  const picture = sharp(raw, { raw: { width: WIDTH, height: HEIGHT, channels: 3 } });
  frames.push(await picture.jpeg({ quality: options.quality, mozjpeg: true }).toBuffer());
}

const index: DemoIndex = { fps: FPS, width: WIDTH, height: HEIGHT, frameBytes: frames.map(({ length }) => length) };
mkdirSync(options.out, { recursive: true });
writeFileSync(join(options.out, 'clip.mjpeg'), Buffer.concat(frames));
writeFileSync(join(options.out, 'clip.json'), `${JSON.stringify(index)}\n`);
writeFileSync(
  join(options.out, 'truth.json'),
  `[\n${SHOTS.map((shot) => `  ${JSON.stringify(shot)}`).join(',\n')}\n]\n`,
);
const bytes = frames.reduce((sum, { length }) => sum + length, 0);
console.log(
  `${frames.length} frames, ${(CLIP_MS / 1000).toFixed(1)} s, ${(bytes / 1e6).toFixed(2)} MB in ${options.out}`,
);
