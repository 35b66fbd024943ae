import { readFile } from 'node:fs/promises';
import { DEMO_CLIP, readDemoClip } from '../../capture/demo-camera.ts';
import { decodePicture } from '../../capture/decode-picture.ts';
import type { Emotion, EmotionScores } from '../../vision/emotion.ts';
import { normalised } from '../../mood/scores.ts';
import type { Vision } from '../../vision/load-vision.ts';
import { createObserver, strongestEmotion } from '../../vision/observe-frame.ts';
import type { Observation } from '../../vision/observation.ts';
import type { Shot } from '../demo/timeline.ts';
import type { Moment } from './compose-sequence.ts';
import type { Scene } from './judge-moods.ts';
import { type PooledPicture, scoresOf } from './score-pool.ts';

const SIZE = { width: 640, height: 480 };
/** Large, sharp and in the middle: the pool's pictures differ in what they show, not in how well it can be seen. */
const BOX = { x: 260, y: 180, width: 100, height: 120 };

/** A face that always looks a little of an emotion: so many nats are added to its log score. */
export interface Tilt {
  readonly emotion: Emotion;
  readonly nats: number;
}

/** A composed sequence as the daemon's vision would see it. */
export function sceneOfSequence(moments: readonly Moment[], pool: readonly PooledPicture[], tilt?: Tilt): Scene {
  const observations = moments.map(({ atMs, shown }, frame): Observation => {
    const at = { camera: 'composed', frame, atMs, ...SIZE };
    if (!shown) return { ...at, faces: [] };
    const scores = tilted(scoresOf(pool, shown), tilt);
    const emotion = strongestEmotion(scores);
    const face = {
      box: BOX,
      score: 0.9,
      track: shown.track,
      emotion,
      confidence: scores[emotion],
      scores,
      sharpness: 1,
    };
    return { ...at, faces: [face] };
  });
  return { observations, truths: moments.map(({ truth }) => truth) };
}

/** The shipped clip through the whole vision stage; between two shots the face is on its way and no answer is wrong. */
export async function sceneOfDemo(vision: Vision): Promise<Scene> {
  const shots = JSON.parse(await readFile(new URL('truth.json', DEMO_CLIP), 'utf8')) as Shot[];
  const { index: clip, pictures } = await readDemoClip();
  const look = createObserver(vision.detectorFor({}), vision.classifier);
  const observations: Observation[] = [];
  for (const [index, jpeg] of pictures.entries()) {
    const picture = await decodePicture(jpeg);
    observations.push(await look({ camera: 'demo', index, atMs: (index * 1000) / clip.fps, ...picture }));
  }
  const truthAt = (atMs: number): Emotion | null | undefined =>
    shots.find(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs)?.emotion;
  return { observations, truths: observations.map(({ atMs }) => truthAt(atMs)) };
}

function tilted(scores: EmotionScores, tilt: Tilt | undefined): EmotionScores {
  if (!tilt) return scores;
  return normalised((emotion) => scores[emotion] * (emotion === tilt.emotion ? Math.exp(tilt.nats) : 1));
}
