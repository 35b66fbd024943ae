import { describeDuration, describeTrigger } from './describe.ts';
import { timeHolds, traceCondition } from './judge-condition.ts';
import { valueIn } from './match-message.ts';
import { placeKey } from './places.ts';
import type { Cause, ConditionTrace, Effect, HttpResult, Place, RuleTrace, TraceOutcome, Trigger } from './rule.ts';
import { newRuleState, type RuleState } from './rule-state.ts';
import type { CompiledRule } from './rulebook.ts';
import { advanceRun, nextOfRun, type Run, type RunContext } from './run.ts';
import type { Scene } from './scene.ts';
import { nextOfTrigger, stepTrigger } from './triggers/step-trigger.ts';
import type { TriggerEvent } from './triggers/trigger-state.ts';

/** What one rule needs of a step, beside the scene. */
export interface StepContext {
  readonly scene: Scene;
  readonly result: HttpResult | undefined;
  /** What of the thing that the rule yields to a person has just changed. */
  readonly changedByPerson: string | undefined;
  /** False when the brake forbids it. */
  act(effect: Effect): boolean;
  trace(trace: RuleTrace): void;
}

export interface RuleStep {
  readonly state: RuleState;
  /** When to look at the rule again if nothing comes that it watches; Infinity when never. */
  readonly dueMs: number;
}

const HOME: Place = { camera: null, room: null };

/** One rule at one input: first what runs goes on, then what triggers begins. */
export function stepRule(compiled: CompiledRule, before: RuleState | undefined, context: StepContext): RuleStep {
  return new RuleStepper(compiled, before ?? newRuleState(compiled.fingerprint), context).step();
}

/** When a rule must be looked at again. */
export function dueOf({ rule, program }: CompiledRule, { triggers, runs }: RuleState, scene: Scene): number {
  const ofTriggers = rule.triggers.map((trigger, i) => {
    const state = triggers[i];
    return state ? nextOfTrigger(trigger, state, scene) : Infinity;
  });
  return Math.min(Infinity, ...ofTriggers, ...runs.map((run) => nextOfRun(run, program, scene)));
}

/** Holds what changes within one step of one rule. */
class RuleStepper {
  readonly #compiled: CompiledRule;
  readonly #before: RuleState;
  readonly #context: StepContext;
  #runs: readonly Run[];
  #nextRun: number;
  #fired: RuleState['fired'];
  #yieldsSinceMs: number | null;
  #halted = false;

  constructor(compiled: CompiledRule, before: RuleState, context: StepContext) {
    this.#compiled = compiled;
    this.#before = before;
    this.#context = context;
    this.#runs = before.runs;
    this.#nextRun = before.nextRun;
    // A clock that was set back must not stretch what began by it.
    const { nowMs } = context.scene;
    const isAhead = Object.values(before.fired).some((firedMs) => firedMs > nowMs);
    this.#fired = isAhead
      ? Object.fromEntries(Object.entries(before.fired).map(([key, firedMs]) => [key, Math.min(firedMs, nowMs)]))
      : before.fired;
    this.#yieldsSinceMs = before.yieldsSinceMs === null ? null : Math.min(before.yieldsSinceMs, nowMs);
  }

  step(): RuleStep {
    const { rule } = this.#compiled;
    const { scene, changedByPerson } = this.#context;
    if (changedByPerson !== undefined) this.#yield(changedByPerson);
    if (this.#runs.length > 0) this.#runs = this.#advance(this.#runs);
    const steps = rule.triggers.map((trigger, i) => stepTrigger(trigger, this.#before.triggers[i], scene));
    let fires = false;
    for (const [i, { event }] of steps.entries()) {
      if (!event || (event === 'fire' && fires)) continue;
      fires ||= event === 'fire';
      this.#meet(i, event);
    }
    const state: RuleState = {
      ...this.#before,
      triggers: steps.map((step) => step.state),
      fired: this.#fired,
      yieldsSinceMs: this.#yieldsSinceMs,
      runs: this.#halted ? [] : this.#runs,
      nextRun: this.#nextRun,
    };
    return { state, dueMs: dueOf(this.#compiled, state, scene) };
  }

  #yield(changed: string): void {
    const { topic, forMs } = this.#compiled.rule.yieldTo!;
    this.#yieldsSinceMs = this.#context.scene.nowMs;
    const ended = this.#runs.length > 0 ? '; what ran has ended' : '';
    this.#runs = [];
    this.#trace(
      'yielded',
      `a person changed ${changed} of ${topic}: left alone for ${describeDuration(forMs)}${ended}`,
    );
  }

  /** All runs as far as they can go; in the mode `queued` the next begins when one has ended. */
  #advance(runs: readonly Run[]): readonly Run[] {
    const left: Run[] = [];
    const context: RunContext = {
      rule: this.#compiled.rule.id,
      program: this.#compiled.program,
      scene: this.#context.scene,
      result: this.#context.result,
      act: (effect) => {
        this.#halted ||= !this.#context.act(effect);
        return !this.#halted;
      },
      note: (outcome, reason, run) => {
        this.#trace(outcome, reason, run.cause);
      },
    };
    for (const run of runs) {
      if (this.#halted) return [];
      const next = run.wait?.for === 'turn' ? run : advanceRun(run, context);
      if (next) left.push(next);
      while (left.length === 1 && left[0]!.wait?.for === 'turn') {
        const begun = advanceRun({ ...left[0]!, wait: null }, context);
        if (begun) left[0] = begun;
        else left.pop();
      }
    }
    return left;
  }

  /** What comes of a trigger's event: a run, or why there is none. */
  #meet(index: number, event: TriggerEvent): void {
    const { rule } = this.#compiled;
    const { scene } = this.#context;
    const trigger = rule.triggers[index]!;
    const cause = causeOf(trigger, index, scene);
    const what = describeTrigger(trigger, cause, scene);
    const forMs = trigger.trigger === 'time' ? 0 : trigger.forMs;
    const tell = (outcome: TraceOutcome, reason: string, conditions: readonly ConditionTrace[] = []) => {
      this.#trace(outcome, reason, cause, conditions);
    };
    switch (event) {
      case 'wait':
        tell('waiting', `${what}: fires if this holds for ${describeDuration(forMs)}`);
        return;
      case 'over':
        tell('cancelled', `${what}: it did not hold for ${describeDuration(forMs)}`);
        return;
      case 'stale':
        tell('cancelled', `${what}: no news, so nobody knows whether it held for ${describeDuration(forMs)}`);
        return;
      case 'missed':
        tell('missed', `${what}: its time passed long ago`);
        return;
      case 'fire':
        this.#judge(cause, forMs > 0 ? `${what} for ${describeDuration(forMs)}` : what, tell);
    }
  }

  #judge(
    cause: Cause,
    reason: string,
    tell: (outcome: TraceOutcome, reason: string, conditions?: readonly ConditionTrace[]) => void,
  ): void {
    const { rule } = this.#compiled;
    const { scene } = this.#context;
    const { nowMs } = scene;
    if (this.#before.stoppedMs !== null) {
      tell('stopped', `${reason}: the brake has stopped this rule; change it, or ask for rules/reload`);
      return;
    }
    if (this.#yieldsSinceMs !== null && rule.yieldTo) {
      const restMs = this.#yieldsSinceMs + rule.yieldTo.forMs - nowMs;
      if (restMs > 0) {
        tell(
          'yielded',
          `${reason}: left alone for ${describeDuration(restMs)}, as a person changed ${rule.yieldTo.topic}`,
        );
        return;
      }
    }
    const cooled = rule.cooldownPer === 'camera' ? placeKey(cause) : '';
    const firedMs = this.#fired[cooled];
    const restMs = firedMs === undefined ? 0 : firedMs + rule.cooldownMs - nowMs;
    if (restMs > 0) {
      tell('cooldown', `${reason}: still quiet for ${describeDuration(restMs)} after the last time`);
      return;
    }
    if (rule.quiet.some((window) => timeHolds(window, scene) === true)) {
      tell('quiet', `${reason}: these are quiet hours`);
      return;
    }
    const conditions: ConditionTrace[] = [];
    for (const [i, condition] of rule.conditions.entries()) {
      const looked = traceCondition(condition, scene);
      conditions.push(looked);
      if (looked.holds === true) continue;
      const how = looked.holds === null ? 'is not known' : 'does not hold';
      tell('condition', `${reason}: condition ${i + 1} (${condition.condition}) ${how}: ${looked.found}`, conditions);
      return;
    }
    if (rule.dryRun) {
      tell('dry_run', `${reason}: would act, but for dry_run`, conditions);
      this.#fired = { ...this.#fired, [cooled]: nowMs };
      return;
    }
    if (
      this.#start(cause, reason, (outcome, words) => {
        tell(outcome, words, conditions);
      })
    )
      this.#fired = { ...this.#fired, [cooled]: nowMs };
  }

  /** Begins a run, as the mode allows; false when it does not. */
  #start(cause: Cause, reason: string, tell: (outcome: TraceOutcome, reason: string) => void): boolean {
    const { mode, max } = this.#compiled.rule;
    const running = this.#runs.length;
    if ((mode === 'single' && running > 0) || (mode !== 'restart' && running >= Math.max(1, max))) {
      const words = mode === 'single' ? 'it still runs' : `${running} of it run or wait already`;
      tell('busy', `${reason}: ${words}`);
      return false;
    }
    if (mode === 'restart' && running > 0) {
      tell('cancelled', 'what ran has ended, as the rule fires anew');
      this.#runs = [];
    }
    const waits = mode === 'queued' && this.#runs.length > 0;
    tell(waits ? 'queued' : 'fired', reason);
    const run: Run = { id: this.#nextRun++, cause, at: 0, wait: waits ? { for: 'turn' } : null };
    this.#runs = waits ? [...this.#runs, run] : [...this.#runs, ...this.#advance([run])];
    return true;
  }

  #trace(outcome: TraceOutcome, reason: string, cause?: Cause, conditions: readonly ConditionTrace[] = []): void {
    const { camera, room } = cause ?? HOME;
    this.#context.trace({
      rule: this.#compiled.rule.id,
      atMs: this.#context.scene.nowMs,
      outcome,
      trigger: cause?.trigger ?? null,
      reason,
      camera,
      room,
      mood: cause?.mood ?? null,
      conditions,
    });
  }
}

function causeOf(trigger: Trigger, index: number, scene: Scene): Cause {
  const base = { trigger: index, kind: trigger.trigger, atMs: scene.nowMs, topic: null, value: null };
  if (trigger.trigger === 'time') return { ...base, ...HOME, mood: scene.place(HOME).after?.mood ?? null };
  if (trigger.trigger === 'mqtt') {
    const { message } = scene;
    const said = message?.filter === trigger.topic ? message : undefined;
    return {
      ...base,
      ...HOME,
      mood: scene.place(HOME).after?.mood ?? null,
      topic: said?.topic ?? null,
      value: said ? (valueIn(said.payload, trigger.path) ?? null) : null,
    };
  }
  const { camera, room } = trigger;
  return { ...base, camera, room, mood: scene.lastMood(trigger) ?? null };
}
