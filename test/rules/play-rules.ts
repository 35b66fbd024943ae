import type { Mood, MoodName, MoodUpdate } from '../../src/mood/mood.ts';
import type { Effect, Rule, RuleInput, RuleTrace } from '../../src/rules/rule.ts';
import { LocalClock } from '../../src/rules/local-clock.ts';
import { RuleMemory } from '../../src/rules/rule-memory.ts';
import { createRulebook, type Rulebook } from '../../src/rules/rulebook.ts';
import { updateAt } from './moods.ts';

export interface Timed {
  readonly nowMs: number;
  readonly input: RuleInput;
}

export function seen(update: MoodUpdate, nowMs = update.mood.atMs): Timed {
  return { nowMs, input: { type: 'mood', update } };
}

export function time(nowMs: number): Timed {
  return { nowMs, input: { type: 'time' } };
}

/** A message that comes on the topic that is listened to. */
export function heard(topic: string, payload: string, nowMs: number, replayed = false, filter = topic): Timed {
  return { nowMs, input: { type: 'mqtt', message: { filter, topic, payload, replayed } } };
}

/** Fires whenever somebody presses: a message comes on the topic `button`. */
export const BUTTON = {
  trigger: 'mqtt',
  topic: 'button',
  path: undefined,
  is: undefined,
  above: undefined,
  below: undefined,
  forMs: 0,
} as const;

export function press(nowMs: number, value = 'x'): Timed {
  return heard('button', value, nowMs);
}

/** Moods at the camera `a`, a second apart. */
export function moods(...names: readonly (MoodName | Partial<Mood>)[]): Timed[] {
  return names.map((name, i) =>
    typeof name === 'object' && name !== null
      ? seen(updateAt(name.mood ?? 'neutral', i * 1000, name))
      : seen(updateAt(name, i * 1000)),
  );
}

export function bookOf(rules: readonly Rule[], clock = new LocalClock('UTC')): Rulebook {
  return createRulebook(rules, clock);
}

export interface Played {
  readonly memory: RuleMemory;
  readonly traces: RuleTrace[];
  readonly effects: Effect[];
  /** Outcomes of the traces. */
  readonly kinds: RuleTrace['outcome'][];
}

/** Gives inputs to rules one after the other, and nothing between. */
export function playInputs(
  rules: readonly Rule[],
  inputs: readonly Timed[],
  { memory = new RuleMemory(bookOf(rules), inputs[0]?.nowMs ?? 0) }: { readonly memory?: RuleMemory } = {},
): Played {
  const traces: RuleTrace[] = [];
  const effects: Effect[] = [];
  for (const { nowMs, input } of inputs) {
    const step = memory.step(input, nowMs);
    traces.push(...step.traces);
    effects.push(...step.effects);
  }
  return { memory, traces, effects, kinds: traces.map(({ outcome }) => outcome) };
}

/** Gives inputs to rules as a running daemon does: woken at each time that they name, until `untilMs`. */
export function playTimes(
  rules: readonly Rule[],
  inputs: readonly Timed[],
  {
    untilMs = inputs.at(-1)?.nowMs ?? 0,
    memory = new RuleMemory(bookOf(rules), inputs[0]?.nowMs ?? 0),
  }: { readonly untilMs?: number; readonly memory?: RuleMemory } = {},
): Played {
  const traces: RuleTrace[] = [];
  const effects: Effect[] = [];
  const step = ({ nowMs, input }: Timed) => {
    const done = memory.step(input, nowMs);
    traces.push(...done.traces);
    effects.push(...done.effects);
  };
  for (const one of [...inputs, time(untilMs)]) {
    for (let next = memory.nextMs; next !== undefined && next < one.nowMs; next = memory.nextMs)
      step(time(Math.max(next, memory.atMs)));
    step(one);
  }
  return { memory, traces, effects, kinds: traces.map(({ outcome }) => outcome) };
}
