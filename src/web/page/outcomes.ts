import type { TraceAnswer } from '../rules/rules-answer.ts';

type Outcome = TraceAnswer['outcome'];

/** What became of a rule, for people. */
export const OUTCOMES: Readonly<Record<Outcome, string>> = {
  fired: 'Acted',
  dry_run: 'Would have acted',
  waiting: 'Is waiting',
  cancelled: 'Gave up waiting',
  cooldown: 'Was cooling down',
  condition: 'A condition did not hold',
  quiet: 'Quiet hours',
  yielded: 'Left it to a person',
  busy: 'Was still busy',
  queued: 'Stood in line',
  missed: 'Missed its time',
  stopped: 'Was stopped',
  failed: 'Could not do it',
};

/** Whether it acted, or what kept it, or what went wrong: three kinds that look different. */
export function kindOf(outcome: Outcome): 'acted' | 'held' | 'wrong' {
  if (outcome === 'fired' || outcome === 'dry_run' || outcome === 'queued') return 'acted';
  return outcome === 'failed' || outcome === 'stopped' || outcome === 'missed' ? 'wrong' : 'held';
}

/** `3 × was cooling down, 1 × quiet hours`. */
export function heldWords(held: Readonly<Partial<Record<Outcome, number>>>): string {
  return Object.entries(held)
    .map(([outcome, count]) => `${count} × ${OUTCOMES[outcome as Outcome].toLowerCase()}`)
    .join(', ');
}
