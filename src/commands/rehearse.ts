import { formatFault, type Fault } from '../config/fault.ts';
import { loadConfig, type LoadedConfig } from '../config/load-config.ts';
import { readRulesFile } from '../config/read-rules.ts';
import { ConfigError } from '../config/fault.ts';
import { readHistory } from '../history/read-history.ts';
import { LocalClock } from '../rules/local-clock.ts';
import { compareFirings, type Difference, Rehearser, type Rehearsal } from '../rules/rehearse.ts';
import type { Rule } from '../rules/rule.ts';
import { EXIT, type Terminal } from './terminal.ts';

export interface RehearseOptions {
  readonly history: string;
  /** A rules file; those in force by the configuration when undefined. */
  readonly rules: string | undefined;
  /** Another to compare with; what the recording says was fired when undefined. */
  readonly against: string | undefined;
  readonly config: string;
  readonly json: boolean;
}

type Env = Readonly<Record<string, string | undefined>>;

/** Two firings of one rule this close are the same: what really fired was told some ms after the mood. */
const SAME_MS = 2000;

/** Plays a recording against rules, and prints what would fire, how often, and what differs. */
export async function rehearse(options: RehearseOptions, env: Env, terminal: Terminal): Promise<number> {
  const loaded = await load(options, env);
  const sets: (readonly Rule[])[] = [];
  for (const file of [options.rules, options.against]) {
    if (file === undefined) {
      sets.push(loaded?.rules ?? []);
      continue;
    }
    const { rules, faults } = await readRulesFile(file, env);
    if (!tell(faults, terminal)) return EXIT.faulty;
    sets.push(rules);
  }
  const clock = () => new LocalClock(loaded?.config.timeZone ?? systemZone(), loaded?.config.location);
  const here = new Rehearser(sets[0]!, clock());
  const there = options.against === undefined ? undefined : new Rehearser(sets[1]!, clock());
  const recorded: { rule: string; atMs: number; reason: string }[] = [];
  const startMs = performance.now();
  for await (const record of readHistory(options.history, ({ file, line, reason }) => {
    terminal.note(`${file}:${line}: left out: ${reason}`);
  })) {
    if (record.type === 'rule') {
      recorded.push(record);
      here.wait(record.atMs);
      there?.wait(record.atMs);
    } else {
      here.see(record.update);
      there?.see(record.update);
    }
  }
  const rehearsal = here.end();
  if (rehearsal.moods === 0) {
    terminal.note(`${options.history}: no moods in it`);
    return EXIT.failed;
  }
  const other = there?.end();
  const compared = other?.firings ?? (recorded.length > 0 ? recorded : undefined);
  const differences = compared && compareFirings(rehearsal.firings, compared, other ? 0 : SAME_MS);
  if (options.json) terminal.print(JSON.stringify(toJson(rehearsal, differences)));
  else print(rehearsal, differences, other ? 'the other rules' : 'the recording', terminal);
  terminal.note(`${rehearsal.moods} moods in ${((performance.now() - startMs) / 1000).toFixed(1)} s`);
  return EXIT.ok;
}

/** The configuration; undefined when there is none and none is needed. */
async function load({ config, rules }: RehearseOptions, env: Env): Promise<LoadedConfig | undefined> {
  try {
    return await loadConfig(config, env);
  } catch (error) {
    if (rules !== undefined && error instanceof ConfigError && error.code === 'missing') return undefined;
    throw error;
  }
}

function tell(faults: readonly Fault[], terminal: Terminal): boolean {
  for (const fault of faults) terminal.note(formatFault(fault));
  return faults.every(({ severity }) => severity === 'warning');
}

function systemZone(): string {
  return Intl.DateTimeFormat().resolvedOptions().timeZone;
}

function print(
  { fromMs, untilMs, firings, summaries, assumed, unheard }: Rehearsal,
  differences: readonly Difference[] | undefined,
  other: string,
  { print: line }: Terminal,
): void {
  line(`from ${iso(fromMs)} to ${iso(untilMs)}: ${firings.length} firings`);
  const table = (rows: readonly (readonly string[])[]) => {
    const widths = rows[0]?.map((_, i) => Math.max(...rows.map((row) => row[i]!.length))) ?? [];
    for (const row of rows)
      line(row.map((cell, i) => (i < row.length - 1 ? cell.padEnd(widths[i]!) : cell)).join('  '));
  };
  if (firings.length > 0) {
    line('');
    table([
      ['time', 'rule', 'why', 'what'],
      ...firings.map(({ atMs, rule, reason, actions }) => [iso(atMs), rule, reason, actions.join('; ')]),
    ]);
  }
  line('');
  table([
    ['rule', 'fired', 'a day', 'longest quiet', 'held back by'],
    ...summaries.map(({ rule, fired, perDay, longestQuietMs, held }) => [
      rule,
      String(fired),
      perDay.toFixed(1),
      clockOf(longestQuietMs),
      Object.entries(held)
        .map(([outcome, count]) => `${outcome} ${count}`)
        .join(', '),
    ]),
  ]);
  if (assumed.length > 0)
    line(`\nno messages are recorded; conditions on them were taken to hold: ${assumed.join(', ')}`);
  if (unheard.length > 0) line(`\nno messages are recorded; triggers on them never fired: ${unheard.join(', ')}`);
  if (!differences) return;
  line('');
  if (differences.length === 0) line(`nothing differs from ${other}`);
  for (const { atMs, rule, only, reason } of differences)
    line(`${only === 'here' ? '+' : '-'} ${iso(atMs)}  ${rule}  ${reason}`);
}

function toJson(rehearsal: Rehearsal, differences: readonly Difference[] | undefined) {
  const { fromMs, untilMs, moods, firings, summaries, assumed, unheard } = rehearsal;
  return {
    from: iso(fromMs),
    until: iso(untilMs),
    moods,
    firings: firings.map(({ atMs, ...firing }) => ({ at: iso(atMs), ...firing })),
    rules: summaries.map(({ rule, fired, perDay, longestQuietMs, held }) => ({
      rule,
      fired,
      per_day: Math.round(perDay * 100) / 100,
      longest_quiet_s: Math.round(longestQuietMs / 1000),
      held,
    })),
    assumed,
    unheard,
    ...(differences && {
      differences: differences.map(({ atMs, rule, only, reason }) => ({ at: iso(atMs), rule, only, reason })),
    }),
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** `1 d 02:03:04`. */
function clockOf(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const days = Math.floor(seconds / 86_400);
  return `${days > 0 ? `${days} d ` : ''}${two((seconds / 3600) % 24)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
}
