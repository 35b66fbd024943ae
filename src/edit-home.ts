import type { CameraTrial } from './capture/try-camera.ts';
import { findDevices } from './capture/find-devices.ts';
import { tryCamera } from './capture/try-camera.ts';
import { examine, type RunningDaemon } from './commands/doctor.ts';
import { examineBroker } from './commands/examine-broker.ts';
import { ConfigError, type Fault } from './config/fault.ts';
import { type LoadedConfig, loadConfig } from './config/load-config.ts';
import { DEFAULT_RULES_FILE } from './config/read-rules.ts';
import { SECRETS_FILE, SECRETS_FOLDER } from './config/read-secrets.ts';
import { readAsIf } from './config/read-text.ts';
import { type MoodstatConfig, pathBeside } from './config/resolve-config.ts';
import { historyFile } from './history/history-files.ts';
import { readHistory } from './history/read-history.ts';
import { LocalClock } from './rules/local-clock.ts';
import type { RunningRules } from './run-rules.ts';
import type { WebDeps } from './web/create-app.ts';
import type { RulesDeps } from './web/rules/register-rules.ts';
import type { BrokerToTest, SetupDeps } from './web/setup/register-setup.ts';

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
  readonly restart: { readonly prepare: () => Promise<unknown>; readonly begin: () => void } | undefined;
}

type History = NonNullable<WebDeps['history']>;

/** What the page reads of the past, and may write. `running` tells how the daemon is. */
export function editHome(
  options: EditHomeOptions,
  running: () => RunningDaemon,
): Pick<WebDeps, 'history' | 'rules' | 'setup'> {
  const { config, stateFile, written } = options;
  const file = historyFile(config.history.file, stateFile);
  const history: History = {
    readHistory: config.history.enabled ? (stretch) => readHistory(file, undefined, stretch) : undefined,
    validForMs: config.mood.validForMs,
  };
  if (!written) return { history };
  return { history, rules: rulesDeps(options, written, history), setup: setupDeps(options, written, running) };
}

function rulesDeps({ config, rules }: EditHomeOptions, written: Written, { readHistory }: History): RulesDeps {
  return {
    // A file that is not there yet can be begun on the page.
    ruleFiles: config.rules.length > 0 ? config.rules : [pathBeside(written.file, DEFAULT_RULES_FILE)],
    rules,
    readRulesAsIf: (texts) => loadAsIf(written, texts),
    readHistory,
    makeClock: () => new LocalClock(config.timeZone, config.location),
    now: Date.now,
  };
}

function setupDeps(options: EditHomeOptions, written: Written, running: () => RunningDaemon): SetupDeps {
  const { config, stateFile, restart } = options;
  return {
    configFile: written.file,
    secretsFile: pathBeside(written.file, SECRETS_FILE),
    readConfigAsIf: (texts) => loadAsIf(written, texts),
    findCameras: async () =>
      (await findDevices()).map(({ readable, ...device }) => ({ ...device, problem: readable ? null : NOT_READABLE })),
    tryCamera: async (source, withPicture) => toAnswer(await tryCamera(source, withPicture)),
    testBroker: (broker) => examineBroker(withBroker(config, broker)),
    examine: () => examine({ config: written.file, stateFile: () => stateFile }, written.env, running()),
    restart:
      restart &&
      (async () => {
        await restart.prepare();
        // After the answer.
        setImmediate(restart.begin);
      }),
    showsPictures: config.privacy.frames === 'live',
    now: Date.now,
  };
}

const NOT_READABLE = 'this user may not open it; add it to the group video (sudo usermod -aG video "$USER")';

function toAnswer({ jpeg, ...numbers }: CameraTrial) {
  return { ...numbers, jpeg: jpeg?.toString('base64') ?? null };
}

/** The present password goes to the present broker only: whoever typed another address must type a password, too. */
function withBroker(config: MoodstatConfig, given: BrokerToTest): MoodstatConfig {
  const { mqtt, broker } = config;
  const { url = mqtt.url, username = mqtt.username ?? null, password } = given;
  const isSame = url === mqtt.url && username === (mqtt.username ?? null);
  return {
    ...config,
    broker: { ...broker, enabled: false },
    mqtt: { ...mqtt, url, username: username ?? undefined, password: password ?? (isSame ? mqtt.password : undefined) },
  };
}

/** The configuration, if it is sound, and its rules, as they would be read if files held these texts. */
async function loadAsIf(
  { file, env }: Written,
  texts: ReadonlyMap<string, string>,
): Promise<Pick<LoadedConfig, 'rules' | 'faults'> & { readonly config: MoodstatConfig | undefined }> {
  try {
    return await loadConfig(file, env, SECRETS_FOLDER, readAsIf(texts));
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const faults: readonly Fault[] = error.faults;
    return { config: undefined, rules: [], faults };
  }
}
