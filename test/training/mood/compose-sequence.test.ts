import { describe, expect, it } from 'vitest';
import { composeSequence, type Moment } from '../../../src/training/mood/compose-sequence.ts';
import { EMOTIONS } from '../../../src/vision/emotion.ts';

/** Ten pictures of each class but one of disgust: classes come equally often all the same. */
const CLASSES = EMOTIONS.flatMap((emotion) => Array.from({ length: emotion === 'disgust' ? 1 : 10 }, () => emotion));
const HOURS = 2;

const compose = (errors: 'independent' | 'held', seed = 1): Moment[] =>
  composeSequence(CLASSES, { seed, hours: HOURS, errors });

describe.each(['independent', 'held'] as const)('a composed sequence with %s errors', (errors) => {
  const moments = compose(errors);

  it('depends on the seed alone', () => {
    expect(JSON.stringify(compose(errors))).toBe(JSON.stringify(moments));
    expect(compose(errors, 2).map(({ truth }) => truth)).not.toEqual(moments.map(({ truth }) => truth));
  });

  it('shows pictures of the truth only', () => {
    expect(moments.filter(({ truth, shown }) => shown && CLASSES[shown.picture] !== truth)).toEqual([]);
  });

  it('has every emotion about equally often, and an empty room now and then', () => {
    const share = (truth: Moment['truth']) =>
      moments.filter((moment) => moment.truth === truth).length / moments.length;
    for (const emotion of EMOTIONS) expect(share(emotion)).toBeCloseTo(1 / 7, 1);
    expect(share(null)).toBeGreaterThan(0.02);
    expect(moments.every(({ truth, shown }) => truth !== null || !shown)).toBe(true);
  });

  it('comes some five times a second, with gaps', () => {
    const waits = moments.slice(1).map(({ atMs }, i) => atMs - moments[i]!.atMs);
    expect(Math.min(...waits)).toBeGreaterThanOrEqual(180);
    expect(waits.filter((ms) => ms > 400).length).toBeGreaterThan(HOURS * 30);
    expect(waits.sort((a, b) => a - b)[waits.length >> 1]).toBeCloseTo(200, -1);
  });

  it('looks away: a turned face, none, a turned one; and comes back as another track when it was long', () => {
    const hidden = moments.filter(({ truth, shown }) => truth !== null && !shown);
    const turned = moments.filter(({ shown }) => shown?.view === 'turned');
    expect(hidden.length / moments.length).toBeGreaterThan(0.02);
    expect(turned.length).toBeGreaterThan(HOURS * 100);
    const seen = moments.filter(({ shown }) => shown);
    const wrong = seen.slice(1).filter(({ atMs, shown }, i) => {
      const before = seen[i]!;
      return (shown!.track !== before.shown!.track) !== atMs - before.atMs > 1500;
    });
    expect(wrong).toEqual([]);
  });
});

describe('errors', () => {
  it('are independent from frame to frame, or held for seconds', () => {
    const changes = (moments: Moment[]) =>
      moments.filter(
        ({ shown }, i) => shown && moments[i - 1]?.shown && shown.picture !== moments[i - 1]!.shown!.picture,
      );
    expect(changes(compose('independent')).length).toBeGreaterThan(4 * changes(compose('held')).length);
    expect(compose('held').some(({ shown }) => shown?.view === 'jittered')).toBe(true);
  });

  it('need a picture of every emotion', () => {
    expect(() => composeSequence(['happy'], { seed: 1, hours: 1, errors: 'held' })).toThrow('no picture of angry');
  });
});
