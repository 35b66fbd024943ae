import type { Mood, MoodUpdate } from '../mood/mood.ts';
import { fillAction } from './fill-template.ts';
import { conditionHolds } from './match-mood.ts';
import { type PlaceState, seeMood } from './places.ts';
import type { Rule, RuleInput, RuleOutcome, RuleTrace } from './rule.ts';
import {
  nextTriggerMs,
  type PlaceStep,
  stepTrigger,
  type TriggerEvent,
  type TriggerState,
  UNSEEN,
} from './step-trigger.ts';

export interface RuleState {
  readonly triggers: readonly TriggerState[];
  readonly lastFiredMs: number | null;
}

type Places = Readonly<Record<string, PlaceState>>;

/** All that rules remember; plain data that survives JSON. */
export interface RulesState {
  /** By camera; the home's under the empty name, which no camera has. */
  readonly places: Places;
  readonly rules: Readonly<Record<string, RuleState>>;
}

export const NO_RULES_STATE: RulesState = { places: {}, rules: {} };

export interface Evaluation {
  readonly state: RulesState;
  /** In the order of the rules. */
  readonly outcomes: readonly RuleOutcome[];
  /** When to evaluate again if no mood comes before; undefined when nothing waits. */
  readonly nextMs: number | undefined;
}

/** A mood further ahead of our clock than this was not made by it: the clock was set back, or the mood is not ours. */
const MAX_AHEAD_MS = 5000;

/**
 * What rules make of one input at one time; pure. `nowMs` is the wall clock, `timeZone` an IANA name for conditions on
 * the time of day. A mood that is stale already, or older than the one we have, is a replay: it changes nothing.
 */
export function evaluate(
  rules: readonly Rule[],
  state: RulesState,
  input: RuleInput,
  nowMs: number,
  timeZone: string,
): Evaluation {
  const before = Object.fromEntries(Object.entries(state.places).filter(([, { mood }]) => isFresh(mood, nowMs)));
  const update = input.type === 'mood' && isNews(input.update, before, nowMs) ? input.update : undefined;
  const key = update && placeKey(update.camera);
  const after: Places = update
    ? { ...before, [placeKey(update.camera)]: seeMood(before[placeKey(update.camera)], update.mood, nowMs) }
    : before;
  const scene: Scene = {
    nowMs,
    timeZone,
    place: (camera) => ({
      before: before[placeKey(camera)],
      after: after[placeKey(camera)],
      news: key === placeKey(camera),
    }),
    lastMood: (camera) => (after[placeKey(camera)] ?? state.places[placeKey(camera)])?.mood,
  };
  const steps = rules.map((rule) => stepRule(rule, state.rules[rule.id], scene));
  const nextMs = Math.min(...steps.map((step) => step.nextMs));
  return {
    state: { places: after, rules: Object.fromEntries(steps.map((step, i) => [rules[i]!.id, step.state])) },
    outcomes: steps.flatMap(({ outcomes }) => outcomes),
    nextMs: nextMs === Infinity ? undefined : nextMs,
  };
}

function placeKey(camera: string | null): string {
  return camera ?? '';
}

function isFresh(mood: Mood, nowMs: number): boolean {
  return mood.validUntilMs > nowMs && mood.atMs <= nowMs + MAX_AHEAD_MS;
}

function isNews({ camera, room, mood }: MoodUpdate, places: Places, nowMs: number): boolean {
  // A room's mood is nobody's here: rules look at cameras and at the home.
  if (camera === null && room !== null) return false;
  const known = places[placeKey(camera)];
  return isFresh(mood, nowMs) && (!known || mood.atMs >= known.mood.atMs);
}

/** What all rules see of this step. */
interface Scene {
  readonly nowMs: number;
  readonly timeZone: string;
  place(camera: string | null): PlaceStep;
  /** The newest mood, even when it is stale by now. */
  lastMood(camera: string | null): Mood | undefined;
}

interface RuleStep {
  readonly state: RuleState;
  readonly outcomes: readonly RuleOutcome[];
  readonly nextMs: number;
}

function stepRule(rule: Rule, before: RuleState | undefined, scene: Scene): RuleStep {
  const { nowMs } = scene;
  const stirs = rule.triggers.some(({ camera }, i) => scene.place(camera).news || before?.triggers[i]?.pending);
  if (before && !stirs) return { state: before, outcomes: [], nextMs: Infinity };
  const steps = rule.triggers.map((trigger, i) =>
    stepTrigger(trigger, before?.triggers[i] ?? UNSEEN, scene.place(trigger.camera), nowMs),
  );
  // A clock that was set back must not stretch the cooldown.
  let lastFiredMs = before?.lastFiredMs == null ? null : Math.min(before.lastFiredMs, nowMs);
  const outcomes: RuleOutcome[] = [];
  let fires = false;
  for (const [i, { event }] of steps.entries()) {
    if (!event || (event === 'fire' && fires)) continue;
    fires ||= event === 'fire';
    const outcome = judge(rule, i, event, lastFiredMs, scene);
    if (outcome.trace.outcome === 'fired' || outcome.trace.outcome === 'dry_run') lastFiredMs = nowMs;
    outcomes.push(outcome);
  }
  const states = steps.map(({ state }) => state);
  const nextMs = Math.min(
    ...rule.triggers.map((trigger, i) => nextTriggerMs(trigger, states[i]!, scene.place(trigger.camera).after)),
  );
  return { state: { triggers: states, lastFiredMs }, outcomes, nextMs };
}

/** What comes of a trigger's event: the actions, or why there are none. */
function judge(rule: Rule, index: number, event: TriggerEvent, lastFiredMs: number | null, scene: Scene): RuleOutcome {
  const { nowMs, timeZone } = scene;
  const { camera, forMs } = rule.triggers[index]!;
  const mood = scene.lastMood(camera)!;
  const outcome = (kind: RuleTrace['outcome'], reason: string, actions: RuleOutcome['actions'] = []): RuleOutcome => ({
    rule,
    actions,
    trace: { rule: rule.id, atMs: nowMs, outcome: kind, trigger: index, reason, camera, mood },
  });
  const what = describe(camera, mood);
  if (event === 'wait') return outcome('waiting', `${what}: fires if this holds for ${seconds(forMs)}`);
  if (event === 'over') return outcome('cancelled', `${what}: it did not hold for ${seconds(forMs)}`);
  if (event === 'stale')
    return outcome('cancelled', `${what}: no news, so nobody knows whether it held for ${seconds(forMs)}`);
  const restMs = lastFiredMs === null ? 0 : lastFiredMs + rule.cooldownMs - nowMs;
  if (restMs > 0) return outcome('cooldown', `${what}: still quiet for ${seconds(restMs)} after the last time`);
  const failed = rule.conditions.findIndex(
    (condition) => !conditionHolds(condition, (of) => scene.place(of).after?.mood, nowMs, timeZone),
  );
  if (failed >= 0)
    return outcome(
      'condition',
      `${what}: condition ${failed + 1} (${rule.conditions[failed]!.condition}) does not hold`,
    );
  const reason = forMs > 0 ? `${what} for ${seconds(forMs)}` : what;
  if (rule.dryRun) return outcome('dry_run', `${reason}: would act, but for dry_run`);
  return outcome(
    'fired',
    reason,
    rule.actions.map((action) => fillAction(action, { camera, rule: rule.id, mood })),
  );
}

function describe(camera: string | null, { mood, confidence }: Mood): string {
  const where = camera ?? 'the home';
  if (mood === null) return `${where}: nobody visible`;
  return `${where}: ${mood} (${confidence.toFixed(2)})`;
}

function seconds(ms: number): string {
  return `${Math.round(ms / 100) / 10} s`;
}
