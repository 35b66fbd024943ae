import type { HistoryRecord } from '../../history/history-record.ts';
import type { LocalClock } from '../../rules/local-clock.ts';
import { compareFirings, Rehearser } from '../../rules/rehearse.ts';
import type { Rule } from '../../rules/rule.ts';
import type { TryAnswer } from './rules-answer.ts';

/** Two firings this close are the same: what really fired was told some ms after the mood. */
const SAME_MS = 2000;
/** Of more firings, the newest are told. */
const MOST_FIRINGS = 200;

/** Plays a history up to a time against one rule, as `moodstat rehearse` does with all, and tells what it would have done. */
export async function rehearseRule(
  rule: Rule,
  records: AsyncIterable<HistoryRecord>,
  clock: LocalClock,
  nowMs: number,
): Promise<TryAnswer> {
  // Whoever tries a rule that only would act wants to see what it would do.
  const rehearser = new Rehearser([{ ...rule, dryRun: false }], clock);
  const really: { rule: string; atMs: number; reason: string }[] = [];
  for await (const record of records) {
    if (record.type === 'mood') rehearser.see(record.update);
    else if (record.rule === rule.id) really.push(record);
  }
  rehearser.wait(nowMs);
  const { fromMs, untilMs, moods, firings, summaries, assumed, unheard } = rehearser.end();
  const differences = compareFirings(firings, really, SAME_MS);
  const onlyHere = new Set(differences.filter(({ only }) => only === 'here').map(({ atMs }) => atMs));
  const { fired, perDay, longestQuietMs, held } = summaries[0]!;
  return {
    rule: rule.id,
    fromMs,
    untilMs,
    moods,
    firings: firings
      .slice(-MOST_FIRINGS)
      .map(({ atMs, reason, actions }) => ({ atMs, reason, actions, real: !onlyHere.has(atMs) })),
    fired,
    perDay,
    longestQuietMs,
    held,
    missed: differences.filter(({ only }) => only === 'there').map(({ atMs }) => atMs),
    assumed: assumed.length > 0,
    unheard: unheard.length > 0,
  };
}
