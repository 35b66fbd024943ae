import { ConfigError } from './config/fault.ts';
import { loadConfig } from './config/load-config.ts';
import { DEFAULT_RULES_FILE } from './config/read-rules.ts';
import { SECRETS_FOLDER } from './config/read-secrets.ts';
import { readAsIf } from './config/read-text.ts';
import { type MoodstatConfig, pathBeside } from './config/resolve-config.ts';
import { readHistory } from './history/read-history.ts';
import { historyFile } from './record-history.ts';
import { LocalClock } from './rules/local-clock.ts';
import type { RunningRules } from './run-rules.ts';
import type { WebDeps } from './web/create-app.ts';
import type { RulesDeps } from './web/rules/register-rules.ts';

/** Where the configuration was read from. */
export interface Written {
  readonly file: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

export interface EditHomeOptions {
  readonly config: MoodstatConfig;
  readonly stateFile: string;
  readonly rules: Pick<RunningRules, 'inForce' | 'traces' | 'reload'>;
  /** Undefined: the page changes nothing. */
  readonly written: Written | undefined;
}

/** What the page reads of the past, and may write. */
export function editHome(options: EditHomeOptions): Pick<WebDeps, 'history' | 'rules'> {
  const { config, stateFile, written } = options;
  const file = historyFile(config, stateFile);
  const history: WebDeps['history'] = {
    readHistory: config.history.enabled ? (stretch) => readHistory(file, undefined, stretch) : undefined,
    validForMs: config.mood.validForMs,
  };
  return { history, rules: written && rulesDeps(options, written, history) };
}

function rulesDeps(
  { config, rules }: EditHomeOptions,
  { file, env }: Written,
  { readHistory }: NonNullable<WebDeps['history']>,
): RulesDeps {
  return {
    // A file that is not there yet can be begun on the page.
    ruleFiles: config.rules.length > 0 ? config.rules : [pathBeside(file, DEFAULT_RULES_FILE)],
    rules,
    readRulesAsIf: async (texts) => {
      try {
        return await loadConfig(file, env, SECRETS_FOLDER, readAsIf(texts));
      } catch (error) {
        if (error instanceof ConfigError) return { rules: [], faults: error.faults };
        throw error;
      }
    },
    readHistory,
    makeClock: () => new LocalClock(config.timeZone, config.location),
    now: Date.now,
  };
}
