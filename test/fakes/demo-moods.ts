import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { concatMap, from, lastValueFrom, map, toArray } from 'rxjs';
import { decodePicture } from '../../src/capture/decode-picture.ts';
import { configSchema } from '../../src/config/schema.ts';
import { decideMood } from '../../src/mood/decide-mood.ts';
import { evidenceOfFaces } from '../../src/mood/evidence.ts';
import type { Mood } from '../../src/mood/mood.ts';
import { reportMoods } from '../../src/mood/report-moods.ts';
import { smoothFaces } from '../../src/mood/smooth-faces.ts';
import { createObserver } from '../../src/vision/observe-frame.ts';
import { loadEmotionClassifier } from '../../src/vision/onnx-emotion-classifier.ts';
import { loadFaceDetector } from '../../src/vision/onnx-face-detector.ts';

const MODELS = fileURLToPath(new URL('../../models/', import.meta.url));

/** The moods that the demo clip gives, played once from a time on, as the daemon would report them. */
export async function demoMoods(startMs: number): Promise<Mood[]> {
  const index = JSON.parse(await readFile(`${MODELS}demo/clip.json`, 'utf8')) as { fps: number; frameBytes: number[] };
  const clip = await readFile(`${MODELS}demo/clip.mjpeg`);
  const detector = await loadFaceDetector(`${MODELS}face`);
  const classifier = await loadEmotionClassifier(`${MODELS}emotion`);
  const { mood: options } = configSchema.parse({});
  const look = createObserver(detector, classifier);
  let at = 0;
  const pictures = index.frameBytes.map((length, i) => ({ i, jpeg: clip.subarray(at, (at += length)) }));
  try {
    return await lastValueFrom(
      from(pictures).pipe(
        concatMap(async ({ i, jpeg }) => {
          const { rgb, width, height } = await decodePicture(jpeg);
          return look({ camera: 'demo', index: i, atMs: startMs + (i * 1000) / index.fps, width, height, rgb });
        }),
        smoothFaces(options),
        map(evidenceOfFaces),
        decideMood(options),
        reportMoods(options),
        toArray(),
      ),
    );
  } finally {
    await detector.close();
    await classifier.close();
  }
}

/** The same moods, so many times slower. */
export function slowed(moods: readonly Mood[], times: number): Mood[] {
  const [{ atMs: startMs } = { atMs: 0 }] = moods;
  const slow = (ms: number) => startMs + (ms - startMs) * times;
  return moods.map((mood) => ({
    ...mood,
    sinceMs: slow(mood.sinceMs),
    atMs: slow(mood.atMs),
    validUntilMs: slow(mood.validUntilMs),
  }));
}
