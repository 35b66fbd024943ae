import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MoodName } from '../../src/mood/mood.ts';
import type { Condition, Trigger } from '../../src/rules/rule.ts';
import { EMOTIONS } from '../../src/vision/emotion.ts';
import { moodAt, moodTrigger, numericTrigger, ruleOf, updateAt } from './moods.ts';
import { moods, playInputs, playTimes, seen, time, type Timed } from './play-rules.ts';

describe('a trigger fires', () => {
  it.each<[string, Trigger, Timed[], number]>([
    ['on its mood', moodTrigger(), moods('neutral', 'happy'), 1],
    ['not on another mood', moodTrigger(), moods('neutral', 'sad'), 0],
    ['not at another camera', moodTrigger({ camera: 'b' }), moods('neutral', 'happy'), 0],
    ['not at the home', moodTrigger({ camera: null }), moods('neutral', 'happy'), 0],
    [
      'at the home',
      moodTrigger({ camera: null }),
      [seen(updateAt('neutral', 0, {}, null)), seen(updateAt('happy', 1000, {}, null))],
      1,
    ],
    ['on any of several moods, once', moodTrigger({ to: ['sad', 'fear'] }), moods('neutral', 'sad', 'fear', 'sad'), 1],
    ['never on uncertainty unasked', moodTrigger({ to: undefined }), moods('neutral', 'uncertain'), 0],
    ['never on nobody unasked', moodTrigger({ to: undefined }), moods('neutral', null), 0],
    ['on uncertainty when asked', moodTrigger({ to: ['uncertain'] }), moods('neutral', 'uncertain'), 1],
    ['on nobody when asked', moodTrigger({ to: [null] }), moods('neutral', null), 1],
    ['on nobody though confidence is asked', moodTrigger({ to: [null], minConfidence: 0.5 }), moods('sad', null), 1],
    ['on every change without `to`', moodTrigger({ to: undefined }), moods('neutral', 'sad', 'sad', 'happy'), 2],
    ['with enough confidence', moodTrigger({ minConfidence: 0.8 }), moods('neutral', 'happy'), 1],
    ['not with less', moodTrigger({ minConfidence: 0.81 }), moods('neutral', 'happy'), 0],
    [
      'when the confidence rises',
      moodTrigger({ minConfidence: 0.7 }),
      moods('neutral', { mood: 'happy', confidence: 0.6 }, 'happy'),
      1,
    ],
    ['from its mood', moodTrigger({ from: ['sad'] }), moods('neutral', 'sad', 'happy'), 1],
    ['not from another mood', moodTrigger({ from: ['sad'] }), moods('sad', 'neutral', 'happy'), 0],
    ['from its mood over uncertainty', moodTrigger({ from: ['sad'] }), moods('sad', 'uncertain', 'happy'), 1],
    ['not over somebody leaving', moodTrigger({ from: ['sad'] }), moods('sad', null, 'uncertain', 'happy'), 0],
    ['from uncertainty when asked', moodTrigger({ from: ['uncertain'] }), moods('sad', 'uncertain', 'happy'), 1],
    ['from nobody when asked', moodTrigger({ from: [null] }), moods('sad', null, 'happy'), 1],
    ['not from what it never saw', moodTrigger({ from: ['neutral'] }), moods('happy', 'happy'), 0],
    [
      'not from what it never saw, though it holds',
      moodTrigger({ from: ['neutral'], forMs: 1000 }),
      moods('happy', 'happy', 'happy'),
      0,
    ],
    ['from its mood, when it holds', moodTrigger({ from: ['sad'], forMs: 1000 }), moods('sad', 'happy', 'happy'), 1],
    [
      'not from nobody, before anybody can have been seen',
      moodTrigger({ from: [null], forMs: 1000 }),
      moods(null, 'happy', 'happy', 'happy'),
      0,
    ],
    ['from only, to any emotion', moodTrigger({ from: ['sad'], to: undefined }), moods('sad', 'angry', 'happy'), 1],
    ['below a limit', numericTrigger(), moods({ valence: 0 }, { valence: -0.5 }), 1],
    ['not at the limit', numericTrigger(), moods({ valence: 0 }, { valence: -0.4 }), 0],
    ['above a limit', numericTrigger({ above: 0.5, below: undefined }), moods({ valence: 0 }, { valence: 0.6 }), 1],
    ['between limits', numericTrigger({ above: 0, below: 0.5 }), moods({ valence: -1 }, { valence: 0.2 }), 1],
    ['not past them', numericTrigger({ above: 0, below: 0.5 }), moods({ valence: -1 }, { valence: 0.9 }), 0],
    ['not when first seen so', numericTrigger(), moods({ valence: -0.5 }, { valence: -0.6 }), 0],
    [
      'on arousal',
      numericTrigger({ attribute: 'arousal', above: 0.5, below: undefined }),
      moods({ arousal: 0 }, { arousal: 0.9 }),
      1,
    ],
    [
      'on valence while the mood is uncertain',
      numericTrigger(),
      moods({ valence: 0 }, { mood: 'uncertain', valence: -0.5 }),
      1,
    ],
    [
      'not on the valence of nobody',
      numericTrigger({ above: -0.1, below: 0.1 }),
      moods({ valence: 0.5 }, null, null),
      0,
    ],
    [
      'on the confidence of a mood',
      numericTrigger({ attribute: 'confidence', above: 0.7, below: undefined }),
      moods({ confidence: 0.5 }, { confidence: 0.8 }),
      1,
    ],
    [
      'not on the confidence of uncertainty',
      numericTrigger({ attribute: 'confidence', above: 0.3, below: undefined }),
      moods({ confidence: 0.2 }, { mood: 'uncertain', confidence: 0.4 }),
      0,
    ],
    [
      'on people',
      numericTrigger({ attribute: 'people', above: 2, below: undefined }),
      moods({ faces: 2 }, { faces: 3 }),
      1,
    ],
    ['on nobody left', numericTrigger({ attribute: 'people', below: 1 }), moods({ faces: 1 }, null), 1],
  ])('%s', (_, trigger, inputs, times) => {
    const { kinds } = playInputs([ruleOf(trigger)], inputs);
    expect(kinds.filter((kind) => kind === 'fired')).toHaveLength(times);
  });
});

describe('a mood of a room', () => {
  it('is not taken for the home’s', () => {
    const seenAt = (room: string | null) =>
      (['neutral', 'happy'] as const).map((mood, i) => seen({ camera: null, room, mood: moodAt(mood, i * 1000) }));
    const rule = ruleOf(moodTrigger({ camera: null }));
    expect(playInputs([rule], seenAt('Kitchen')).kinds).toEqual([]);
    expect(playInputs([rule], seenAt(null)).kinds).toEqual(['fired']);
  });
});

describe('a replay', () => {
  const rule = ruleOf(moodTrigger());

  it('is a mood that is stale when it comes', () => {
    expect(playInputs([rule], [seen(updateAt('neutral', 0)), seen(updateAt('happy', 1000), 16_000)]).kinds).toEqual([]);
    expect(playInputs([rule], [seen(updateAt('neutral', 0)), seen(updateAt('happy', 1000), 15_999)]).kinds).toEqual([]);
    expect(playInputs([rule], [seen(updateAt('neutral', 0)), seen(updateAt('happy', 1000), 14_999)]).kinds).toEqual([
      'fired',
    ]);
  });

  it('is a mood older than the last one', () => {
    const inputs = [seen(updateAt('neutral', 5000)), seen(updateAt('happy', 4999), 6000)];
    expect(playInputs([rule], inputs).kinds).toEqual([]);
  });

  it('is a mood from the future', () => {
    const inputs = [seen(updateAt('neutral', 0)), seen(updateAt('happy', 100_000), 1000)];
    expect(playInputs([rule], inputs).kinds).toEqual([]);
  });
});

describe('a clock', () => {
  it('that was set back an hour stops rules for no more than seconds, and stretches no cooldown', () => {
    const hour = 3_600_000;
    const rule = ruleOf(moodTrigger(), { cooldownMs: 2000 });
    const inputs = [
      ...[seen(updateAt('neutral', hour)), seen(updateAt('happy', hour + 1000))],
      ...[
        seen(updateAt('neutral', 1000)),
        seen(updateAt('happy', 2000)),
        seen(updateAt('neutral', 3000)),
        seen(updateAt('happy', 4000)),
      ],
    ];
    expect(playInputs([rule], inputs).kinds).toEqual(['fired', 'cooldown', 'fired']);
  });

  it('that was set back a little stretches no `for`', () => {
    const rule = ruleOf(moodTrigger({ forMs: 3000 }));
    const inputs = [seen(updateAt('happy', 5000)), time(2000), time(4999), time(5000)];
    expect(playInputs([rule], inputs).traces.map(({ outcome, atMs }) => [outcome, atMs])).toEqual([
      ['waiting', 5000],
      ['fired', 5000],
    ]);
  });

  it('that was set forward fires nothing that waits', () => {
    const rule = ruleOf(moodTrigger({ forMs: 10_000 }));
    expect(playInputs([rule], [seen(updateAt('happy', 0)), time(3_600_000)]).kinds).toEqual(['waiting', 'cancelled']);
  });
});

describe('an outcome', () => {
  it('has the actions with the values of the mood that decided', () => {
    const rule = ruleOf(moodTrigger(), {
      actions: [
        { action: 'log', message: '{{ mood.mood }} {{ mood.confidence }} {{ camera }}', level: 'warn' },
        { action: 'mqtt.publish', topic: 't', payload: { c: '{{mood.confidence}}' }, retain: false, qos: 1 },
      ],
    });
    const { effects, traces } = playInputs([rule], moods('neutral', { mood: 'happy', confidence: 0.81234 }));
    expect(effects).toEqual([
      { type: 'log', rule: 'r', message: 'happy 0.812 a', level: 'warn' },
      { type: 'publish', rule: 'r', topic: 't', payload: '{"c":0.812}', retain: false, qos: 1 },
    ]);
    expect(traces).toMatchObject([{ rule: 'r', atMs: 1000, outcome: 'fired', trigger: 0, camera: 'a' }]);
    expect(traces[0]?.reason).toBe('a: happy (0.81)');
    expect(traces[0]?.mood?.mood).toBe('happy');
  });

  it('says which condition failed, and what was found instead', () => {
    const conditions: Condition[] = [
      { condition: 'mood', camera: 'a', room: null, is: ['happy'], minConfidence: 0 },
      { condition: 'mood', camera: 'b', room: null, is: ['happy'], minConfidence: 0 },
      { condition: 'mood', camera: 'c', room: null, is: ['happy'], minConfidence: 0 },
    ];
    const inputs = [...moods('neutral'), seen(updateAt('sad', 500, {}, 'b')), ...moods('neutral', 'happy').slice(1)];
    const { traces } = playInputs([ruleOf(moodTrigger(), { conditions })], inputs);
    expect(traces.map(({ reason }) => reason)).toEqual([
      'a: happy (0.80): condition 2 (mood) does not hold: sad (0.80)',
    ]);
    expect(traces[0]?.conditions).toEqual([
      { condition: 'mood', holds: true, found: 'happy (0.80)' },
      { condition: 'mood', holds: false, found: 'sad (0.80)' },
    ]);
  });

  it('says that nobody knows', () => {
    const condition: Condition = { condition: 'mood', camera: 'b', room: null, is: ['happy'], minConfidence: 0 };
    const { traces } = playInputs([ruleOf(moodTrigger(), { conditions: [condition] })], moods('neutral', 'happy'));
    expect(traces[0]?.reason).toBe('a: happy (0.80): condition 1 (mood) is not known: no fresh mood');
  });

  it('of a failed condition starts no cooldown', () => {
    const limits = { attribute: 'people', above: 1, below: undefined } as const;
    const conditions: Condition[] = [{ condition: 'numeric', camera: 'a', room: null, ...limits }];
    const rule = ruleOf(moodTrigger(), { conditions, cooldownMs: 60_000 });
    const inputs = moods('neutral', 'happy', 'neutral', { mood: 'happy', faces: 2 });
    expect(playInputs([rule], inputs).kinds).toEqual(['condition', 'fired']);
  });
});

const anyMood = fc.constantFrom<MoodName>(...EMOTIONS, 'uncertain', null);
const anyTrigger = fc.oneof(
  fc
    .record({
      from: fc.option(fc.uniqueArray(anyMood, { minLength: 1, maxLength: 3 }), { nil: undefined }),
      to: fc.option(fc.uniqueArray(anyMood, { minLength: 1, maxLength: 3 }), { nil: undefined }),
      forMs: fc.constantFrom(0, 500, 3000, 20_000),
    })
    .map(moodTrigger),
  fc
    .record({
      attribute: fc.constantFrom('valence' as const, 'people' as const),
      below: fc.constantFrom(-0.4, 0, 0.5),
      hysteresis: fc.constantFrom(0, 0.2),
      forMs: fc.constantFrom(0, 500, 3000),
    })
    .map(numericTrigger),
);
const anyRule = fc
  .record({
    triggers: fc.array(anyTrigger, { minLength: 1, maxLength: 3 }),
    cooldownMs: fc.constantFrom(0, 2000, 30_000),
  })
  .map(({ triggers, cooldownMs }) => ruleOf(triggers, { cooldownMs }));
const anyInputs = fc
  .array(
    fc.record({
      gapMs: fc.oneof({ weight: 9, arbitrary: fc.nat(4000) }, { weight: 1, arbitrary: fc.constant(20_000) }),
      mood: fc.option(anyMood, { nil: undefined, freq: 6 }),
      valence: fc.double({ min: -1, max: 1, noNaN: true }),
    }),
    { maxLength: 60 },
  )
  .map((steps) => {
    let nowMs = 0;
    return steps.map(({ gapMs, mood, valence }) => {
      nowMs += gapMs;
      return mood === undefined
        ? time(nowMs)
        : seen({ room: null, camera: 'a', mood: moodAt(mood, nowMs, { valence }) });
    });
  });

describe('for any rule and any moods', () => {
  it('a rule never fires twice within its cooldown', () => {
    fc.assert(
      fc.property(anyRule, anyInputs, (rule, inputs) => {
        const fired = playInputs([rule], inputs).traces.filter(({ outcome }) => outcome === 'fired');
        fired.forEach(({ atMs }, i) => {
          if (i > 0) expect(atMs - fired[i - 1]!.atMs).toBeGreaterThanOrEqual(rule.cooldownMs);
        });
      }),
      { numRuns: 500 },
    );
  });

  it('the same moods told again change nothing', () => {
    fc.assert(
      fc.property(anyRule, anyInputs, (rule, inputs) => {
        const twice = inputs.flatMap((one) => [one, one]);
        expect(playInputs([rule], twice).kinds).toEqual(playInputs([rule], inputs).kinds);
      }),
      { numRuns: 500 },
    );
  });

  it('a rule asked at every millisecond it names fires no later than one asked more often', () => {
    fc.assert(
      fc.property(anyRule, anyInputs, (rule, inputs) => {
        const end = (inputs.at(-1)?.nowMs ?? 0) + 60_000;
        const often = inputs.flatMap((one, i) => {
          const until = inputs[i + 1]?.nowMs ?? end;
          const ticks = Array.from({ length: Math.ceil((until - one.nowMs) / 250) }, (_, k) =>
            time(one.nowMs + k * 250),
          );
          return [one, ...ticks.slice(1)];
        });
        const fired = (kinds: readonly string[]) => kinds.filter((kind) => kind === 'fired').length;
        const named = playTimes([rule], inputs, { untilMs: end }).kinds;
        expect(fired(named)).toBeGreaterThanOrEqual(fired(playInputs([rule], often).kinds));
      }),
      { numRuns: 100 },
    );
  });
});
