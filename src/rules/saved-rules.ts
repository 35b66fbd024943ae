import * as z from 'zod';
import { RuleMemory } from './rule-memory.ts';
import type { RuleTrace } from './rule.ts';
import type { RuleState } from './rule-state.ts';
import type { Rulebook } from './rulebook.ts';
import { type TriggerState, UNSEEN } from './triggers/trigger-state.ts';

/** What of the rules outlives a restart. Grows by optional keys only, so that an older file can always be read. */
export interface SavedRules {
  /** When it was written; what has waited since is known up to here. */
  readonly atMs: number;
  readonly recent: RuleMemory['recent'];
  readonly rules: Readonly<Record<string, RuleState>>;
}

/** What waited goes on waiting over a restart when nobody watched for no longer than this. */
export const BRIDGE_MS = 120_000;

/** So long after the start the first mood may take to come: models are loaded, cameras opened. */
const FIRST_MOOD_MS = 60_000;

/** A clock that was this much ahead when the state was written has been set back since. */
const AHEAD_MS = 60_000;

const when = z.number();
const trigger = z.union([
  z.object({ holds: z.boolean().nullable(), held: z.string().nullable(), sinceMs: when, pending: z.boolean() }),
  z.object({ dueMs: when.nullable(), setMs: when }),
]);
const savedSchema = z.object({
  atMs: when,
  recent: z.array(z.object({ rule: z.string(), atMs: when })),
  rules: z.record(
    z.string(),
    z.object({
      fingerprint: z.string(),
      triggers: z.array(trigger),
      fired: z.record(z.string(), when),
      yieldsSinceMs: when.nullable(),
      stoppedMs: when.nullable(),
      runs: z.array(
        z.looseObject({ id: z.int(), at: z.int(), cause: z.looseObject({}), wait: z.looseObject({}).nullable() }),
      ),
      nextRun: z.int(),
    }),
  ),
});

/** Reads what `saveRules` gave, after it was JSON; throws an `Error` when it is something else. */
export function parseSavedRules(json: unknown): SavedRules {
  return savedSchema.parse(json) as unknown as SavedRules;
}

/** Moods and messages are left out: they are asked for anew, for nobody knows what happened meanwhile. */
export function saveRules(memory: RuleMemory, nowMs: number): SavedRules {
  const rules: Record<string, RuleState> = {};
  for (const [id, state] of memory.rules) if (isWorthSaving(state)) rules[id] = state;
  return { atMs: nowMs, recent: memory.recent, rules };
}

function isWorthSaving({ triggers, fired, yieldsSinceMs, stoppedMs, runs }: RuleState): boolean {
  return (
    runs.length > 0 ||
    yieldsSinceMs !== null ||
    stoppedMs !== null ||
    triggers.some((one) => 'dueMs' in one || one.pending || one.holds === true) ||
    Object.keys(fired).length > 0
  );
}

/** Whether a trigger waits for `for`, so that it matters until when somebody has watched. */
export function isWaiting({ triggers }: RuleState): boolean {
  return triggers.some((one) => 'pending' in one && one.pending);
}

/**
 * Memory after a restart. Cooldowns, times, runs and what waited go on, each for a rule that is still the same; a rule
 * that was changed keeps its cooldown. A request whose answer was due counts as done: nobody knows, and twice is worse.
 */
export function resumeRules(
  book: Rulebook,
  saved: SavedRules | undefined,
  nowMs: number,
): { memory: RuleMemory; traces: RuleTrace[] } {
  const traces: RuleTrace[] = [];
  if (!saved) return { memory: new RuleMemory(book, nowMs), traces };
  const awayMs = nowMs - saved.atMs;
  const bridged = awayMs <= BRIDGE_MS && awayMs >= -AHEAD_MS;
  const rules = new Map<string, RuleState>();
  for (const [id, state] of Object.entries(saved.rules)) {
    const compiled = book.rules.get(id);
    if (!compiled) continue;
    const carried = carryOver(state, compiled.fingerprint, nowMs, traces, id, 'it was changed while moodstat was away');
    const { triggers } = carried;
    if (!bridged && isWaiting(carried))
      traces.push(
        traceOf(id, nowMs, `what it waited for is not known: nobody watched for ${Math.round(awayMs / 1000)} s`),
      );
    // What has fired and still holds must not fire again, so that is kept too.
    const kept = triggers.map((one): TriggerState => ('dueMs' in one || bridged ? one : UNSEEN));
    const runs = carried.runs.map((run) => (run.wait?.for === 'answer' ? { ...run, at: run.at + 1, wait: null } : run));
    rules.set(id, { ...carried, triggers: kept, runs });
  }
  const options = { rules, recent: saved.recent, bridgeUntilMs: bridged ? nowMs + FIRST_MOOD_MS : 0 };
  return { memory: new RuleMemory(book, nowMs, options), traces };
}

/**
 * Goes on with other rules. A rule that is still the same goes on as if nothing had been; one that was changed, or is
 * gone, ends its runs, and keeps only its cooldown and that it leaves something alone. `asked` tells that a person asked:
 * then the brake lets go of what it stopped.
 */
export function replaceRules(memory: RuleMemory, book: Rulebook, nowMs: number, asked: boolean): RuleTrace[] {
  const traces: RuleTrace[] = [];
  const rules = new Map<string, RuleState>();
  for (const [id, state] of memory.rules) {
    const compiled = book.rules.get(id);
    if (!compiled) {
      if (state.runs.length > 0) traces.push(traceOf(id, nowMs, 'what ran has ended: the rule is gone'));
      continue;
    }
    const carried = carryOver(state, compiled.fingerprint, nowMs, traces, id, 'the rule was changed');
    rules.set(id, asked ? { ...carried, stoppedMs: null } : carried);
  }
  memory.replace(book, rules);
  return traces;
}

function carryOver(
  state: RuleState,
  fingerprint: string,
  nowMs: number,
  traces: RuleTrace[],
  id: string,
  why: string,
): RuleState {
  if (state.fingerprint === fingerprint) return state;
  if (state.runs.length > 0) traces.push(traceOf(id, nowMs, `what ran has ended: ${why}`));
  return { ...state, fingerprint, triggers: [], stoppedMs: null, runs: [] };
}

function traceOf(rule: string, atMs: number, reason: string): RuleTrace {
  return {
    rule,
    atMs,
    outcome: 'cancelled',
    trigger: null,
    reason,
    camera: null,
    room: null,
    mood: null,
    conditions: [],
  };
}
