import { asyncScheduler, Observable, type SchedulerLike, Subscription } from 'rxjs';
import type { MoodUpdate } from '../mood/mood.ts';
import { evaluate, NO_RULES_STATE, type RulesState } from './evaluate.ts';
import type { Rule, RuleInput, RuleOutcome } from './rule.ts';

export interface RuleEngineOptions {
  /** Gives the time and wakes rules that wait; the wall clock by default. */
  readonly scheduler?: SchedulerLike;
  /** IANA name of the zone for times of day; the system's by default. */
  readonly timeZone?: string;
  /** What was remembered before a restart. */
  readonly initial?: RulesState;
  /** Told of each new state, before its outcomes. */
  readonly onState?: (state: RulesState) => void;
}

/**
 * Runs rules over a stream of moods: emits an outcome whenever a rule fires, or does not although a trigger stirred.
 * Every subscription has a state of its own. When the moods end, rules that still wait get their time, then it
 * completes; an error of the moods is passed on at once.
 */
export function runRules(
  rules: readonly Rule[],
  moods$: Observable<MoodUpdate>,
  options: RuleEngineOptions = {},
): Observable<RuleOutcome> {
  const { scheduler = asyncScheduler, timeZone = Intl.DateTimeFormat().resolvedOptions().timeZone, onState } = options;
  return new Observable((subscriber) => {
    let state = options.initial ?? NO_RULES_STATE;
    let timer = Subscription.EMPTY;
    let ended = false;
    const step = (input: RuleInput): void => {
      timer.unsubscribe();
      const nowMs = scheduler.now();
      const { state: next, outcomes, nextMs } = evaluate(rules, state, input, nowMs, timeZone);
      state = next;
      onState?.(state);
      if (nextMs !== undefined) {
        timer = scheduler.schedule(() => {
          step({ type: 'time' });
        }, nextMs - nowMs);
      }
      for (const outcome of outcomes) subscriber.next(outcome);
      if (ended && nextMs === undefined) subscriber.complete();
    };
    subscriber.add(() => {
      timer.unsubscribe();
    });
    subscriber.add(
      moods$.subscribe({
        next: (update) => {
          step({ type: 'mood', update });
        },
        error: (error: unknown) => {
          subscriber.error(error);
        },
        complete: () => {
          ended = true;
          step({ type: 'time' });
        },
      }),
    );
    // What waited before a restart must be woken even if no mood comes.
    if (!subscriber.closed && options.initial) step({ type: 'time' });
  });
}
