import { concatMap, from, type OperatorFunction, pipe } from 'rxjs';
import { EMOTIONS, type Emotion } from '../vision/emotion.ts';
import type { Observation, ObservedFace } from '../vision/observation.ts';
import { mapAccumulate } from './map-accumulate.ts';
import type { FaceChange } from './mood.ts';

interface Known {
  readonly face: ObservedFace;
  readonly seenMs: number;
}

/**
 * From smoothed observations: a face when it is new, when its strongest emotion changed by more than `margin` of score,
 * and when it has been gone for `forgetMs`.
 */
export function faceChanges({
  margin,
  forgetMs,
}: {
  margin: number;
  forgetMs: number;
}): OperatorFunction<Observation, FaceChange> {
  return pipe(
    mapAccumulate(
      new Map<number, Known>(),
      (before: ReadonlyMap<number, Known>, { camera, atMs, faces }: Observation) => {
        const state = new Map(before);
        const out: FaceChange[] = [];
        for (const face of faces) {
          const known = before.get(face.track);
          const emotion = nextEmotion(known?.face.emotion, face, margin);
          const now = { ...face, emotion, confidence: face.scores[emotion] };
          if (known?.face.emotion !== emotion) out.push({ camera, atMs, face: now, visible: true });
          state.set(face.track, { face: now, seenMs: atMs });
        }
        for (const [track, { face, seenMs }] of before) {
          if (atMs - seenMs <= forgetMs || state.get(track)!.seenMs === atMs) continue;
          state.delete(track);
          out.push({ camera, atMs, face, visible: false });
        }
        return { state, out };
      },
    ),
    concatMap((changes) => from(changes)),
  );
}

function nextEmotion(present: Emotion | undefined, { scores }: ObservedFace, margin: number): Emotion {
  const best = EMOTIONS.reduce((a, b) => (scores[b] > scores[a] ? b : a));
  return present && scores[best] - scores[present] <= margin ? present : best;
}
