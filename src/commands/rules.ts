import { formatFault } from '../config/fault.ts';
import { loadConfig } from '../config/load-config.ts';
import type { MoodstatConfig } from '../config/resolve-config.ts';
import { EXIT, type Terminal } from './terminal.ts';

export interface RulesOptions {
  readonly config: string;
  /** Asks the running daemon why its rules fired and why not, instead of only listing them. */
  readonly trace: boolean;
  /** Only this rule. */
  readonly rule: string | undefined;
  /** So many traces of each. */
  readonly last: number;
  readonly json: boolean;
}

/** Asks the daemon for something; rejects in words when it does not answer or refuses. */
export type AskDaemon = (config: MoodstatConfig, request: string, data: object) => Promise<unknown>;

/** A trace, as the daemon answers it. */
interface Answered {
  readonly at: string;
  readonly outcome: string;
  readonly reason: string;
}

/** Lists the rules of a configuration, or the last traces of those that run. */
export async function rules(
  { config: file, trace, rule, last, json }: RulesOptions,
  env: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
  ask: AskDaemon,
): Promise<number> {
  const { config, rules: all, texts, faults } = await loadConfig(file, env);
  if (!trace) {
    for (const fault of faults) terminal.note(formatFault(fault));
    const wanted = all.filter(({ id }) => rule === undefined || id === rule);
    const listed = wanted.map(({ id, alias, dryRun }) => {
      const text = texts.get(id);
      return { id, alias: alias ?? null, dry_run: dryRun, file: text?.file ?? null, line: text?.line ?? null };
    });
    if (json) terminal.print(JSON.stringify({ rules: listed }));
    else
      for (const one of listed)
        terminal.print(
          `${one.file}:${one.line}: ${one.id}${one.dry_run ? ' (dry_run)' : ''}${one.alias === null ? '' : `: ${one.alias}`}`,
        );
    if (wanted.length > 0 || rule === undefined) return EXIT.ok;
    terminal.note(`no rule \`${rule}\` in ${config.rules.join(', ')}`);
    return EXIT.failed;
  }
  let answer: { rules: Record<string, Answered[]> };
  try {
    answer = (await ask(config, 'rules/trace', rule === undefined ? {} : { rule })) as typeof answer;
  } catch (error) {
    terminal.note(error instanceof Error ? error.message : String(error));
    return EXIT.failed;
  }
  const traces = Object.entries(answer.rules).map(([id, newest]) => [id, newest.slice(0, last)] as const);
  if (json) terminal.print(JSON.stringify({ rules: Object.fromEntries(traces) }));
  else
    for (const [id, newest] of traces) {
      terminal.print(`${id}:${newest.length === 0 ? ' nothing yet' : ''}`);
      for (const { at, outcome, reason } of newest) terminal.print(`  ${at}  ${outcome.padEnd(9)}  ${reason}`);
    }
  return EXIT.ok;
}
