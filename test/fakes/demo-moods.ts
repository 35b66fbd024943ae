import { fileURLToPath } from 'node:url';
import { concatMap, from, lastValueFrom, toArray } from 'rxjs';
import { readDemoClip } from '../../src/capture/demo-camera.ts';
import { decodePicture } from '../../src/capture/decode-picture.ts';
import { configSchema } from '../../src/config/schema.ts';
import { cameraMood } from '../../src/mood/camera-mood.ts';
import type { Mood } from '../../src/mood/mood.ts';
import { reportMoods } from '../../src/mood/report-moods.ts';
import { steadyFaces } from '../../src/mood/steady-faces.ts';
import { createObserver } from '../../src/vision/observe-frame.ts';
import { loadVision } from '../../src/vision/load-vision.ts';

const MODELS = fileURLToPath(new URL('../../models/', import.meta.url));

/** The moods that the demo clip gives, played once from a time on, as the daemon would report them. */
export async function demoMoods(startMs: number): Promise<Mood[]> {
  const { index, pictures } = await readDemoClip();
  const { mood: options, vision: visionSettings } = configSchema.parse({});
  const models = { faceModel: `${MODELS}face`, emotionModel: `${MODELS}emotion` };
  const vision = await loadVision({ ...visionSettings, ...models }, [{}]);
  const look = createObserver(vision.detectorFor({}), vision.classifier);
  try {
    return await lastValueFrom(
      from(pictures).pipe(
        concatMap(async (jpeg, i) => {
          const { rgb, width, height } = await decodePicture(jpeg);
          return look({ camera: 'demo', index: i, atMs: startMs + (i * 1000) / index.fps, width, height, rgb });
        }),
        steadyFaces(options, vision.labelPrior),
        cameraMood(options),
        reportMoods(options),
        toArray(),
      ),
    );
  } finally {
    await vision.close();
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
