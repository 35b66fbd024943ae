import { from, lastValueFrom, map, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { faceChanges } from '../../src/mood/face-changes.ts';
import type { Observation } from '../../src/vision/observation.ts';
import { observation, scoresOf } from './observations.ts';

function changes(observations: Observation[]): Promise<string[]> {
  return lastValueFrom(
    from(observations).pipe(
      faceChanges({ margin: 0.1, forgetMs: 1000 }),
      map(({ atMs, face, visible }) => `${atMs}: ${face.track} ${visible ? face.emotion : 'gone'}`),
      toArray(),
    ),
  );
}

describe('faceChanges', () => {
  it('tells of a new face, of a change of emotion, and of nothing else', async () => {
    expect(
      await changes([
        observation(0, { 1: scoresOf('happy', 0.6) }),
        observation(200, { 1: scoresOf('happy', 0.9) }),
        observation(400, { 1: scoresOf('sad', 0.9), 2: scoresOf('fear') }),
      ]),
    ).toEqual(['0: 1 happy', '400: 1 sad', '400: 2 fear']);
  });

  it('does not flicker between two emotions that are nearly equal', async () => {
    const near = (a: number) => ({
      ...scoresOf('neutral', 0),
      happy: a,
      sad: 1 - a,
      neutral: 0,
      angry: 0,
      disgust: 0,
      fear: 0,
      surprise: 0,
    });
    expect(await changes([0.52, 0.48, 0.53, 0.47].map((a, i) => observation(i * 200, { 1: near(a) })))).toEqual([
      '0: 1 happy',
    ]);
  });

  it('tells once that a face is gone, but not for a blink', async () => {
    const seen = { 1: scoresOf('happy') };
    expect(
      await changes([
        observation(0, seen),
        observation(800, {}),
        observation(900, seen),
        observation(2000, {}),
        observation(3000, {}),
      ]),
    ).toEqual(['0: 1 happy', '2000: 1 gone']);
  });
});
