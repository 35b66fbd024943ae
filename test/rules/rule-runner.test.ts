import { map, NEVER, Observable } from 'rxjs';
import { type RunHelpers, TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import type { Mood, MoodName, MoodUpdate } from '../../src/mood/mood.ts';
import type { Rule, RuleTrace } from '../../src/rules/rule.ts';
import { RuleRunner, type RuleRunnerOptions } from '../../src/rules/rule-runner.ts';
import { saveRules } from '../../src/rules/saved-rules.ts';
import { moodTrigger, numericTrigger, ruleOf, updateAt } from './moods.ts';
import { bookOf, playInputs, seen } from './play-rules.ts';

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
const OUTCOMES: Readonly<Record<RuleTrace['outcome'], string>> = {
  fired: 'F',
  dry_run: 'D',
  waiting: 'w',
  cancelled: 'c',
  cooldown: 'q',
  condition: 'x',
  quiet: 'z',
  yielded: 'y',
  busy: 'b',
  queued: 'u',
  missed: 'm',
  stopped: 's',
  failed: 'f',
};

type Options = Partial<RuleRunnerOptions>;

/** Runs rules while subscribed; emits what comes of them. */
function run(rules: readonly Rule[], moods$: Observable<MoodUpdate>, options: Options): Observable<RuleTrace> {
  return new Observable((subscriber) => {
    const runner = new RuleRunner({
      book: bookOf(rules),
      moods$,
      listen: () => NEVER,
      performer: { publish: () => undefined, log: () => undefined, request: () => new Promise(() => undefined) },
      onTrace: (trace) => {
        subscriber.next(trace);
      },
      onError: (_, error) => {
        subscriber.error(error);
      },
      ...options,
    });
    runner.start();
    return () => {
      void runner.stop();
    };
  });
}

/** The engine looks at the clock for ever: the tests stop looking here. */
const END = '^ 200s !';

interface Played {
  readonly helpers: RunHelpers;
  /** Letters of the outcomes. */
  readonly outcomes: (rule: Rule, options?: Options) => Observable<string>;
}

function play(marbles: string, test: (played: Played) => void): void {
  const scheduler = new TestScheduler((actual, expected) => {
    expect(actual).toEqual(expected);
  });
  scheduler.run((helpers) => {
    const source = helpers.cold(marbles, SEEN);
    // True when they come.
    const moods$ = source.pipe(map(({ mood, ...more }) => updateAt(mood, scheduler.now(), more)));
    const outcomes = (rule: Rule, options: Options = {}) =>
      run([rule], moods$, { scheduler, ...options }).pipe(map(({ outcome }) => OUTCOMES[outcome]));
    test({ helpers, outcomes });
  });
}

function expectOutcomes(marbles: string, rule: Rule, expected: string, options?: Options): void {
  play(marbles, ({ helpers, outcomes }) => {
    helpers.expectObservable(outcomes(rule, options), END).toBe(expected);
  });
}

const WAIT_5S = moodTrigger({ forMs: 5000 });

describe('a mood trigger without `for`', () => {
  it.each<[string, string, string]>([
    ['stays silent in silence', '-', '-'],
    ['goes on when there are no moods', '|', '-'],
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
    ['gets its time when the moods end', 'h 1s |', 'w 4999ms F'],
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
    const condition = {
      condition: 'time',
      after: { secondOfDay: 3600 },
      before: undefined,
      weekdays: undefined,
    } as const;
    expectOutcomes('n-h', ruleOf(moodTrigger(), { conditions: [condition] }), '--x');
  });

  it('acts as if when it is dry', () => {
    expectOutcomes('nh-nh', ruleOf(moodTrigger(), { dryRun: true, cooldownMs: 1000 }), '-D--q');
  });
});

describe('the runner', () => {
  it('goes on with its times when moods end with an error, and says so', () => {
    play('h 1s #', ({ helpers, outcomes }) => {
      const told: unknown[] = [];
      const onError = (_: string, error: unknown) => told.push(error);
      helpers.expectObservable(outcomes(ruleOf(WAIT_5S), { onError }), END).toBe('w 4999ms F');
      helpers.flush();
      expect(told).toEqual(['error']);
    });
  });

  it('stops its timers and its source when stopped', () => {
    play('h', ({ helpers, outcomes }) => {
      helpers.expectObservable(outcomes(ruleOf(WAIT_5S)), '^ 2s !').toBe('w');
    });
    const scheduler = new TestScheduler(() => undefined);
    scheduler.run(({ cold, expectSubscriptions, flush }) => {
      const moods = cold('-');
      run([], moods as unknown as Observable<MoodUpdate>, { scheduler })
        .subscribe()
        .unsubscribe();
      expectSubscriptions(moods.subscriptions).toBe('(^!)');
      flush();
    });
  });

  it('takes up what it remembered: what waited goes on when the first mood comes', () => {
    const rule = ruleOf(WAIT_5S);
    const saved = saveRules(playInputs([rule], [seen(updateAt('happy', 0))]).memory, 0);
    expectOutcomes('1s h', rule, '5s F', { saved });
    expectOutcomes('1s u 500ms o 500ms h', rule, '5s F', { saved });
    expectOutcomes('7s h', rule, '7s F', { saved });
    expectOutcomes('1s n', rule, '1s c', { saved });
    expectOutcomes('-', rule, '60s c', { saved });
  });

  it('does not take up what nobody watched for long', () => {
    const rule = ruleOf(WAIT_5S);
    const saved = saveRules(playInputs([rule], [seen(updateAt('happy', -200_000))]).memory, -190_000);
    expectOutcomes('1s h', rule, 'c 999ms w 4999ms F', { saved });
  });
});
