import { lastValueFrom, from, type OperatorFunction, toArray } from 'rxjs';
import { cameraMood, type CameraMoodOptions } from '../../mood/camera-mood.ts';
import type { Mood, MoodName } from '../../mood/mood.ts';
import { type SteadyOptions, steadyFaces } from '../../mood/steady-faces.ts';
import type { Emotion, EmotionScores } from '../../vision/emotion.ts';
import type { Observation } from '../../vision/observation.ts';
import type { Judged } from './mood-figures.ts';

/** What a camera saw of a scene whose truth is known. */
export interface Scene {
  readonly observations: readonly Observation[];
  /** For each observation; undefined where no answer is wrong. */
  readonly truths: readonly (Emotion | null | undefined)[];
}

const NOBODY = { mood: null, confidence: 0 };

export type MoodOptions = SteadyOptions & CameraMoodOptions;

/** The moods of a scene by the daemon's own operators. */
export async function judgeMoods(scene: Scene, options: MoodOptions, labelPrior: EmotionScores): Promise<Judgement> {
  const moods = await run(scene.observations, (faces$) =>
    faces$.pipe(steadyFaces(options, labelPrior), cameraMood(options)),
  );
  return {
    judged: moods.map(({ atMs, mood, confidence }, i) => ({ atMs, truth: scene.truths[i], mood, confidence })),
    moods,
  };
}

export interface Judgement {
  readonly judged: readonly Judged[];
  readonly moods: readonly Mood[];
}

/**
 * The strongest emotion of each frame's most certain face, without any memory but one that favours it: while no face is
 * visible the last label stays for `absentAfterMs`, as a topic would keep it.
 */
export function judgeRaw({ observations, truths }: Scene, absentAfterMs: number): Judged[] {
  let last: { readonly mood: MoodName; readonly confidence: number; readonly atMs: number } = {
    ...NOBODY,
    atMs: -Infinity,
  };
  return observations.map(({ atMs, faces }, i) => {
    const best = [...faces].sort((a, b) => b.confidence - a.confidence)[0];
    if (best) last = { mood: best.emotion, confidence: best.confidence, atMs };
    else if (atMs - last.atMs >= absentAfterMs) last = { ...NOBODY, atMs };
    return { atMs, truth: truths[i], mood: last.mood, confidence: last.confidence };
  });
}

function run<Out>(observations: readonly Observation[], operator: OperatorFunction<Observation, Out>): Promise<Out[]> {
  return lastValueFrom(from(observations).pipe(operator, toArray()));
}
