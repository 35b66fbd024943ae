import { fillJson, fillText, type TemplateValues } from './fill-template.ts';
import { judgeCondition } from './judge-condition.ts';
import type { Program } from './program.ts';
import type { Cause, Effect, HttpAction, HttpResult, Json } from './rule.ts';
import type { Scene } from './scene.ts';
import { beginTrigger, nextOfTrigger, stepTrigger } from './triggers/step-trigger.ts';
import { LATE_MS } from './triggers/time-trigger.ts';
import type { TriggerState } from './triggers/trigger-state.ts';

/** What a run waits for; plain data. Times are by our clock. */
export type Wait =
  | { readonly for: 'delay'; readonly sinceMs: number }
  | { readonly for: 'trigger'; readonly sinceMs: number; readonly triggers: readonly TriggerState[] }
  | { readonly for: 'answer'; readonly attempt: number }
  /** The next attempt of a request, the last of which had this number. */
  | { readonly for: 'retry'; readonly attempt: number; readonly sinceMs: number }
  /** The run before it, in the mode `queued`. */
  | { readonly for: 'turn' };

/** One going through of a rule's actions; plain data. */
export interface Run {
  readonly id: number;
  readonly cause: Cause;
  /** The instruction that comes next, or that it waits in. */
  readonly at: number;
  readonly wait: Wait | null;
}

/** What a run does and says on its way. */
export interface RunContext {
  readonly rule: string;
  readonly program: Program;
  readonly scene: Scene;
  readonly result: HttpResult | undefined;
  /** False when the brake forbids it: the run must end. */
  act(effect: Effect): boolean;
  note(outcome: 'failed' | 'cancelled', reason: string, run: Run): void;
}

/** Longest wait before a request is tried again. */
const MAX_BACKOFF_MS = 300_000;

/** Takes a run as far as it can go now; undefined when it has ended. */
export function advanceRun(run: Run, context: RunContext): Run | undefined {
  let next = run.wait ? goOn(run, run.wait, context) : run;
  while (next && !next.wait) next = doOne(next, context);
  return next;
}

/** A run that no longer waits, one that still does, or undefined when it must end. */
function goOn(run: Run, wait: Wait, context: RunContext): Run | undefined {
  const { scene, program, result } = context;
  const instruction = program[run.at];
  const past = (forMs: number, sinceMs: number) => scene.nowMs - Math.min(sinceMs, scene.nowMs) - forMs;
  const isLate = (lateMs: number): boolean => {
    if (lateMs <= LATE_MS) return false;
    context.note('cancelled', `it should have gone on ${Math.round(lateMs / 60_000)} minutes ago`, run);
    return true;
  };
  if (wait.for === 'delay' && instruction?.op === 'delay') {
    const lateMs = past(instruction.forMs, wait.sinceMs);
    // A clock that was set back must not stretch the time.
    if (lateMs < 0) return { ...run, wait: { ...wait, sinceMs: Math.min(wait.sinceMs, scene.nowMs) } };
    return isLate(lateMs) ? undefined : onward(run);
  }
  if (wait.for === 'trigger' && instruction?.op === 'wait') {
    const steps = instruction.triggers.map((trigger, i) => stepTrigger(trigger, wait.triggers[i], scene));
    if (steps.some(({ event }) => event === 'fire')) return onward(run);
    const lateMs = past(instruction.timeoutMs, wait.sinceMs);
    if (lateMs >= 0) {
      if (isLate(lateMs)) return undefined;
      if (instruction.continueOnTimeout) return onward(run);
      context.note('cancelled', `nothing that it waits for came in ${instruction.timeoutMs / 1000} s`, run);
      return undefined;
    }
    const sinceMs = Math.min(wait.sinceMs, scene.nowMs);
    return { ...run, wait: { ...wait, sinceMs, triggers: steps.map(({ state }) => state) } };
  }
  if (wait.for === 'answer' && instruction?.op === 'http') {
    if (result?.run !== run.id || result.attempt !== wait.attempt) return run;
    if (result.ok) return onward(run);
    if (wait.attempt <= instruction.action.retries)
      return { ...run, wait: { for: 'retry', attempt: wait.attempt, sinceMs: scene.nowMs } };
    context.note('failed', `${nameOf(instruction.action)}: ${result.detail}`, run);
    return onward(run);
  }
  if (wait.for === 'retry' && instruction?.op === 'http') {
    const lateMs = past(backoffMs(instruction.action, wait.attempt), wait.sinceMs);
    if (lateMs < 0) return { ...run, wait: { ...wait, sinceMs: Math.min(wait.sinceMs, scene.nowMs) } };
    return isLate(lateMs) ? undefined : request(run, instruction.action, wait.attempt + 1, context);
  }
  // Its turn is given by the rule; anything else cannot be, for runs end when their rule is changed.
  return run;
}

function onward(run: Run): Run {
  return { ...run, at: run.at + 1, wait: null };
}

/** Does the instruction that comes next. */
function doOne(run: Run, context: RunContext): Run | undefined {
  const { program, scene, rule } = context;
  const instruction = program[run.at];
  if (!instruction) return undefined;
  const values: TemplateValues = { cause: run.cause, rule };
  switch (instruction.op) {
    case 'publish': {
      const { topic, retain, qos } = instruction.action;
      const payload = asText(fillJson(instruction.action.payload, values));
      return context.act({ type: 'publish', rule, topic, payload, retain, qos }) ? onward(run) : undefined;
    }
    case 'log': {
      const message = fillText(instruction.action.message, values);
      return context.act({ type: 'log', rule, message, level: instruction.action.level }) ? onward(run) : undefined;
    }
    case 'http':
      return request(run, instruction.action, 1, context);
    case 'delay':
      if (instruction.forMs === 0) return onward(run);
      return { ...run, wait: { for: 'delay', sinceMs: scene.nowMs } };
    case 'wait': {
      const triggers = instruction.triggers.map((trigger) => beginTrigger(trigger, scene));
      return { ...run, wait: { for: 'trigger', sinceMs: scene.nowMs, triggers } };
    }
    case 'unless': {
      const hold = instruction.conditions.every((condition) => judgeCondition(condition, scene) === true);
      return { ...run, at: hold ? run.at + 1 : instruction.otherwise };
    }
    case 'jump':
      return { ...run, at: instruction.to };
  }
}

function request(run: Run, action: HttpAction, attempt: number, context: RunContext): Run | undefined {
  const values: TemplateValues = { cause: run.cause, rule: context.rule };
  const { body } = action;
  const filled: HttpAction = {
    ...action,
    url: fillText(action.url, values, encodeURIComponent),
    body: body && ('json' in body ? { json: fillJson(body.json, values) } : { text: fillText(body.text, values) }),
  };
  const effect = { type: 'http', rule: context.rule, run: run.id, attempt, request: filled } as const;
  return context.act(effect) ? { ...run, wait: { for: 'answer', attempt } } : undefined;
}

/** When a run must be looked at again if nothing comes that it watches; Infinity when it need not. */
export function nextOfRun({ at, wait }: Run, program: Program, scene: Scene): number {
  const instruction = program[at];
  if (wait?.for === 'delay' && instruction?.op === 'delay') return wait.sinceMs + instruction.forMs;
  if (wait?.for === 'retry' && instruction?.op === 'http')
    return wait.sinceMs + backoffMs(instruction.action, wait.attempt);
  if (wait?.for !== 'trigger' || instruction?.op !== 'wait') return Infinity;
  const triggers = instruction.triggers.map((trigger, i) => nextOfTrigger(trigger, wait.triggers[i]!, scene));
  return Math.min(wait.sinceMs + instruction.timeoutMs, ...triggers);
}

function backoffMs({ backoffMs: first }: HttpAction, attempt: number): number {
  return Math.min(MAX_BACKOFF_MS, first * 2 ** (attempt - 1));
}

/** Without what may hold a password. */
function nameOf({ method, url }: HttpAction): string {
  const host = /^https?:\/\/(?:[^/@]*@)?([^/?#]*)/i.exec(url)?.[1] ?? '';
  return `${method} ${host}`;
}

function asText(payload: Json): string {
  return typeof payload === 'string' ? payload : JSON.stringify(payload);
}
