import { map, type Observable, throwError } from 'rxjs';
import { type RunHelpers, TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import type { Mood, MoodName, MoodUpdate } from '../../src/mood/mood.ts';
import { evaluate, NO_RULES_STATE, type RulesState } from '../../src/rules/evaluate.ts';
import type { Rule, RuleOutcome } from '../../src/rules/rule.ts';
import { type RuleEngineOptions, runRules } from '../../src/rules/rule-engine.ts';
import { moodTrigger, numericTrigger, ruleOf, updateAt } from './moods.ts';

/** Letters of the marbles: what is seen … */
const SEEN: Readonly<Record<string, { mood: MoodName } & Partial<Mood>>> = {
  n: { mood: 'neutral' },
  h: { mood: 'happy' },
  s: { mood: 'sad', valence: -0.5 },
  f: { mood: 'fear', valence: -0.45 },
  u: { mood: 'uncertain', valence: -0.35 },
  o: { mood: null },
};

/** … and what comes of it. */
const OUTCOMES: Readonly<Record<RuleOutcome['trace']['outcome'], string>> = {
  fired: 'F',
  dry_run: 'D',
  waiting: 'w',
  cancelled: 'c',
  cooldown: 'q',
  condition: 'x',
};

interface Played {
  readonly helpers: RunHelpers;
  readonly outcomes: (rule: Rule, options?: RuleEngineOptions) => Observable<RuleOutcome>;
  /** Letters of the outcomes. */
  readonly run: (rule: Rule, options?: RuleEngineOptions) => Observable<string>;
}

function play(marbles: string, test: (played: Played) => void): void {
  const scheduler = new TestScheduler((actual, expected) => {
    expect(actual).toEqual(expected);
  });
  scheduler.run((helpers) => {
    const source = helpers.cold(marbles, SEEN);
    // True when they come.
    const moods$ = source.pipe(map(({ mood, ...more }) => updateAt(mood, scheduler.now(), more)));
    const outcomes = (rule: Rule, options: RuleEngineOptions = {}) =>
      runRules([rule], moods$, { scheduler, timeZone: 'UTC', ...options });
    const run = (rule: Rule, options?: RuleEngineOptions) =>
      outcomes(rule, options).pipe(map(({ trace }) => OUTCOMES[trace.outcome]));
    test({ helpers, outcomes, run });
  });
}

function expectOutcomes(marbles: string, rule: Rule, expected: string, options?: RuleEngineOptions): void {
  play(marbles, ({ helpers, run }) => {
    helpers.expectObservable(run(rule, options)).toBe(expected);
  });
}

const WAIT_5S = moodTrigger({ forMs: 5000 });

describe('a mood trigger without `for`', () => {
  it.each<[string, string, string]>([
    ['stays silent in silence', '-', '-'],
    ['completes with no moods', '|', '|'],
    ['fires on a change', 'n 999ms h', '- 999ms F'],
    ['fires once while the mood holds', 'n 999ms h 999ms h', '- 999ms F'],
    ['fires again after another mood', 'n-h-n-h', '--F---F'],
    ['takes the first mood for a state, not for a change', 'h-h', '---'],
    ['takes the first mood for a state though it comes over uncertainty', 'o-u-h', '-----'],
    ['takes a mood after a silence for a state', 'n 20s h', '-'],
    ['fires on a change after a silence', 'n 20s h-n-h', '- 20s ----F'],
    ['fires when somebody comes after long', 'o 9s 999ms o 9s 999ms o 9s u h', '- 9s 999ms - 9s 999ms - 9s -F'],
  ])('%s', (_, moods, outcomes) => {
    expectOutcomes(moods, ruleOf(moodTrigger()), outcomes);
  });
});

describe('a mood trigger with `for`', () => {
  it.each<[string, string, string]>([
    ['fires after that time', 'n-h 1s h 1s h 1s h 1s h', '--w 4999ms F'],
    ['fires for the first mood seen, when it holds', 'h 1s h', 'w 4999ms F'],
    ['fires once', 'h 4s h 9s h 9s h', 'w 4999ms F'],
    ['does not fire when the mood changes before', 'h 4s n', 'w 4s c'],
    ['does not fire when the mood turns uncertain before', 'h 4s u', 'w 4s c'],
    ['does not fire when everybody leaves before', 'h 4s o', 'w 4s c'],
    ['begins anew after flapping', 'h 3s n h', 'w 3s cw 4999ms F'],
    ['never fires while the mood flaps', 'h 2s n h 2s n h 2s n h 2s n', 'w 2s cw 2s cw 2s cw 2s c'],
    ['gets its time when the moods end', 'h 1s |', 'w 4999ms (F|)'],
  ])('%s', (_, moods, outcomes) => {
    expectOutcomes(moods, ruleOf(WAIT_5S), outcomes);
  });

  it('gives up when the mood goes stale', () => {
    expectOutcomes('h', ruleOf(moodTrigger({ forMs: 60_000 })), 'w 14999ms c');
  });

  it('begins anew after a silence', () => {
    expectOutcomes('h 20s h', ruleOf(moodTrigger({ forMs: 16_000 })), 'w 14999ms c 5s w 14999ms c');
  });

  it('holds on while moods go on coming', () => {
    const refreshed = 'h 9s 999ms h 9s 999ms h 9s 999ms h';
    expectOutcomes(refreshed, ruleOf(moodTrigger({ forMs: 25_000 })), 'w 24999ms F');
  });

  it('counts several moods as one', () => {
    expectOutcomes('s 3s f 3s s', ruleOf(moodTrigger({ to: ['sad', 'fear'], forMs: 5000 })), 'w 4999ms F');
  });
});

describe('a numeric trigger', () => {
  it('has a hysteresis', () => {
    expectOutcomes('n-s-u-s-n-s', ruleOf(numericTrigger({ hysteresis: 0.1 })), '--F-------F');
    expectOutcomes('n-s-u-s-n-s', ruleOf(numericTrigger()), '--F---F---F');
  });

  it('waits for `for`', () => {
    expectOutcomes('n-s 2s f 2s s 2s n', ruleOf(numericTrigger({ forMs: 5000 })), '--w 4999ms F');
  });
});

describe('a cooldown', () => {
  it('keeps a rule quiet, and defers nothing', () => {
    const rule = ruleOf(moodTrigger(), { cooldownMs: 10_000 });
    expectOutcomes('n h 4s n h 4s n h', rule, '-F 4s -q 4s -q');
    expectOutcomes('n h 4s n h 9s n h', rule, '-F 4s -q 9s -F');
  });

  it('ends to the millisecond', () => {
    const rule = ruleOf(moodTrigger(), { cooldownMs: 10 });
    expectOutcomes('nh 8ms nh', rule, '-F 8ms -F');
    expectOutcomes('nh 7ms nh', rule, '-F 7ms -q');
  });

  it('holds for triggers of all kinds together', () => {
    const rule = ruleOf([moodTrigger({ to: ['sad'] }), numericTrigger({ forMs: 2000 })], { cooldownMs: 60_000 });
    expectOutcomes('n s 1s s', rule, '-(Fw) 1996ms q');
  });
});

describe('a rule', () => {
  it('fires once when several of its triggers do', () => {
    expectOutcomes('n-s', ruleOf([moodTrigger({ to: ['sad'] }), numericTrigger()]), '--F');
  });

  it('says what stands in its way', () => {
    const condition = { condition: 'time', afterS: 3600, beforeS: undefined, weekdays: undefined } as const;
    expectOutcomes('n-h', ruleOf(moodTrigger(), { conditions: [condition] }), '--x');
  });

  it('acts as if when it is dry', () => {
    const rule = ruleOf(moodTrigger(), { dryRun: true, cooldownMs: 1000 });
    expectOutcomes('nh-nh', rule, '-D--q');
    play('nh', ({ helpers, outcomes }) => {
      const acts$ = outcomes(rule).pipe(map(({ actions }) => actions.length));
      helpers.expectObservable(acts$).toBe('-a', { a: 0 });
    });
  });
});

describe('the engine', () => {
  it('passes errors on at once', () => {
    play('h 1s #', ({ helpers, run }) => {
      helpers.expectObservable(run(ruleOf(WAIT_5S))).toBe('w 1s #');
    });
    const failing$ = throwError(() => new Error('gone'));
    const seen: unknown[] = [];
    runRules([ruleOf(WAIT_5S)], failing$).subscribe({ error: (error: unknown) => seen.push(error) });
    expect(seen).toEqual([new Error('gone')]);
  });

  it('stops its timers and its source when unsubscribed', () => {
    play('h', ({ helpers, run }) => {
      helpers.expectObservable(run(ruleOf(WAIT_5S)), '^ 2s !').toBe('w');
    });
    const scheduler = new TestScheduler(() => undefined);
    scheduler.run(({ cold, expectSubscriptions, flush }) => {
      const moods = cold('-');
      runRules([], moods as unknown as Observable<MoodUpdate>, { scheduler })
        .subscribe()
        .unsubscribe();
      expectSubscriptions(moods.subscriptions).toBe('(^!)');
      flush();
    });
  });

  it('keeps a state to each subscription', () => {
    play('nh', ({ helpers, run }) => {
      const outcomes$ = run(ruleOf(moodTrigger(), { cooldownMs: 1000 }));
      helpers.expectObservable(outcomes$).toBe('-F');
      helpers.expectObservable(outcomes$).toBe('-F');
    });
  });

  it('takes up what it remembered: what waited gets its time though no mood comes', () => {
    const rule = ruleOf(WAIT_5S);
    const remembered = evaluate([rule], NO_RULES_STATE, { type: 'mood', update: updateAt('happy', 0) }, 0, 'UTC').state;
    play('-', ({ helpers, run }) => {
      helpers.expectObservable(run(rule, { initial: remembered })).toBe('5s F');
    });
  });

  it('tells its state before the outcomes of it', () => {
    play('nh', ({ helpers, outcomes }) => {
      let told: RulesState | undefined;
      const onState = (state: RulesState) => (told = state);
      const lastFired$ = outcomes(ruleOf(moodTrigger()), { onState }).pipe(map(() => told?.rules['r']?.lastFiredMs));
      helpers.expectObservable(lastFired$).toBe('-a', { a: 1 });
    });
  });
});
