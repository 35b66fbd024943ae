#!/usr/bin/env node
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import pino, { type Logger } from 'pino';
import pretty from 'pino-pretty';
import { countPictures, readPictures } from './capture/read-pictures.ts';
import { analyze } from './commands/analyze.ts';
import { check } from './commands/check.ts';
import { doctor } from './commands/doctor.ts';
import { createProgress } from './commands/progress.ts';
import { rehearse } from './commands/rehearse.ts';
import { rules } from './commands/rules.ts';
import { EXIT, type Terminal } from './commands/terminal.ts';
import { ConfigError, formatFault } from './config/fault.ts';
import { loadConfig } from './config/load-config.ts';
import type { MoodstatConfig } from './config/resolve-config.ts';
import { startDaemon } from './daemon.ts';
import { askBridge } from './publish/ask-bridge.ts';
import { BrokerError } from './publish/broker-error.ts';
import { brokerAddress } from './publish/mqtt-settings.ts';
import { findSupervisor, type Supervisor } from './service/supervisor.ts';
import { toMqttSettings } from './to-mqtt-settings.ts';
import { ModelError } from './vision/model-error.ts';
import { loadEmotionClassifier } from './vision/onnx-emotion-classifier.ts';
import { loadFaceDetector } from './vision/onnx-face-detector.ts';

/** Where this package lies; the same from `src` and from `dist`. */
const PACKAGE = fileURLToPath(new URL('..', import.meta.url));
const DEFAULT_CONFIG = join('config', 'moodstat.yaml');

const terminal: Terminal = {
  print: (line) => {
    process.stdout.write(`${line}\n`);
  },
  note: (line) => {
    process.stderr.write(`${line}\n`);
  },
  interactive: process.stderr.isTTY,
};

/** The daemon until a signal ends it; when `restart` is asked for, a new one in this process, by the files as they are then. */
async function run(configFile: string): Promise<number> {
  const signal = untilSignal();
  const supervisor = findSupervisor(process.env, terminal.note);
  while ((await runOnce(configFile, signal, supervisor)) === 'restart');
  return EXIT.ok;
}

async function runOnce(
  configFile: string,
  signal: Promise<NodeJS.Signals>,
  supervisor: Supervisor,
): Promise<'restart' | NodeJS.Signals> {
  const { config, rules, texts, faults } = await loadConfig(configFile, process.env);
  const log = createLog(config.log);
  const version = await readVersion();
  for (const fault of faults) log[fault.severity === 'error' ? 'error' : 'warn'](formatFault(fault));
  if (faults.some(({ severity }) => severity === 'error')) log.error('faulty rules are left out, the others run');
  let begin: () => void;
  const restart = new Promise<'restart'>((resolve) => {
    begin = () => {
      resolve('restart');
    };
  });
  const daemon = await startDaemon({
    config,
    rules,
    ruleTexts: texts,
    ruleFaults: faults,
    loadRules: () => loadConfig(configFile, process.env),
    written: { file: configFile, env: process.env },
    log,
    version,
    stateFile: stateFile(config),
    restart: {
      // A faulty file would end the start, and with it the daemon: it goes on by the old ones instead.
      prepare: () => loadConfig(configFile, process.env),
      begin: () => {
        begin();
      },
    },
  });
  greet(config, rules.length, version, log);
  const { length } = config.cameras;
  supervisor.ready(`${length} ${length === 1 ? 'camera' : 'cameras'}, ${rules.length} rules`);
  const reason = await Promise.race([signal, restart]);
  log.info(`${reason}: stopping`);
  if (reason === 'restart') supervisor.restarting();
  else await supervisor.stopping();
  await daemon.stop();
  log.info('stopped');
  return reason;
}

function createLog({ level, format }: MoodstatConfig['log']): Logger {
  const isPretty = format === 'pretty' || (format === 'auto' && process.stdout.isTTY);
  if (!isPretty) return pino({ level, base: null });
  return pino({ level, base: null }, pretty({ hideObject: true, translateTime: 'SYS:HH:MM:ss', sync: true }));
}

/** systemd names a folder for state (STATE_DIRECTORY); without it, where the XDG base directories put state. */
function stateFolder(): string {
  const { STATE_DIRECTORY, XDG_STATE_HOME } = process.env;
  return STATE_DIRECTORY ?? join(XDG_STATE_HOME ?? join(homedir(), '.local', 'state'), 'moodstat');
}

/** One file a daemon: a client id belongs to one daemon only. */
function stateFile({ mqtt }: MoodstatConfig): string {
  return join(stateFolder(), `${mqtt.clientId.replace(/[^\w.-]/g, '_')}.json`);
}

function greet({ mqtt, broker, cameras }: MoodstatConfig, ruleCount: number, version: string, log: Logger): void {
  const address = brokerAddress(mqtt.url);
  const names = cameras.map(({ name }) => name).join(', ');
  log.info(`moodstat ${version}: ${cameras.length === 1 ? 'camera' : 'cameras'} ${names}; ${ruleCount} rules`);
  log.info(
    `moods are published on ${address}${broker.enabled ? ' (the embedded broker)' : ''}, topic ${mqtt.baseTopic}`,
  );
  const { hostname, port } = new URL(mqtt.url);
  const at = `${hostname === '127.0.0.1' ? '' : ` -h ${hostname}`}${port === '' || port === '1883' ? '' : ` -p ${port}`}`;
  log.info(`listen with: mosquitto_sub${at} -t '${mqtt.baseTopic}/#' -v`);
  if (cameras.every(({ source }) => source.kind === 'demo'))
    log.info('no camera yet, the demo plays; put yours into config/moodstat.yaml');
}

function untilSignal(): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, resolve);
  });
}

async function readVersion(): Promise<string> {
  const { version } = JSON.parse(await readFile(join(PACKAGE, 'package.json'), 'utf8')) as { version: string };
  return version;
}

interface AnalyzeArguments {
  readonly json?: true;
  readonly annotate?: string;
  readonly minScore?: number;
}

async function runAnalyze(paths: string[], { json, annotate, minScore }: AnalyzeArguments): Promise<number> {
  const detector = await loadFaceDetector(join(PACKAGE, 'models', 'face'), minScore === undefined ? {} : { minScore });
  const classifier = await loadEmotionClassifier(join(PACKAGE, 'models', 'emotion'));
  const progress = createProgress(terminal, await countPictures(paths));
  const options = { json: json === true, ...(annotate === undefined ? {} : { annotate }) };
  return analyze(readPictures(paths), { detector, classifier }, options, terminal, progress);
}

function parseScore(text: string): number {
  const score = Number(text);
  if (text.trim() === '' || !(score >= 0 && score <= 1))
    throw new InvalidArgumentError('expected a number from 0 to 1');
  return score;
}

interface RehearseArguments {
  readonly history: string;
  readonly rules?: string;
  readonly against?: string;
  readonly config: string;
  readonly json?: true;
}

interface RulesArguments {
  readonly trace?: true;
  readonly last: number;
  readonly config: string;
  readonly json?: true;
}

function parseCount(text: string): number {
  if (!/^[1-9]\d{0,5}$/.test(text)) throw new InvalidArgumentError('expected a number of at least 1');
  return Number(text);
}

/** The command line; each action sets the exit code that `main` ends with. */
function createProgram(version: string, exit: (code: number) => void): Command {
  const program = new Command('moodstat')
    .description('Senses the mood of a room and lets the home respond.')
    .version(version)
    .exitOverride()
    .showHelpAfterError();
  const configOption = ['--config <file>', 'the configuration', DEFAULT_CONFIG] as const;
  program
    .command('run')
    .description('the daemon: cameras to moods, over MQTT; ends on SIGTERM or SIGINT')
    .option(...configOption)
    .action(async ({ config }: { config: string }) => {
      exit(await run(config));
    });
  program
    .command('check')
    .description('validate configuration and rules: every fault as file:line:column: message; exit 2 if any')
    .option(...configOption)
    .option('--json', 'one JSON object')
    .action(async ({ config, json }: { config: string; json?: true }) => {
      exit(await check({ config, json: json === true }, process.env, terminal));
    });
  program
    .command('analyze')
    .description('faces and emotions of pictures, folders and clips, a line a picture or frame')
    .argument('<path...>', 'pictures, folders, clips')
    .option('--json', 'a JSON line a picture or frame')
    .option('--annotate <dir>', 'write pictures with boxes and captions to this folder')
    .option('--min-score <score>', 'show faces down to this score of the detector, 0 to 1', parseScore)
    .action(async (paths: string[], options: AnalyzeArguments) => {
      exit(await runAnalyze(paths, options));
    });
  program
    .command('doctor')
    .description('look at ffmpeg, cameras, broker, models and permissions, and say what to do')
    .option(...configOption)
    .option('--json', 'one JSON object')
    .action(async ({ config, json }: { config: string; json?: true }) => {
      exit(await doctor({ config, json: json === true, stateFile }, process.env, terminal));
    });
  program
    .command('rehearse')
    .description('play recorded moods against rules, and say what would fire and what differs')
    .requiredOption('--history <file>', 'the recorded moods')
    .option('--rules <file>', 'the rules to try; those in force when left out')
    .option('--against <file>', 'rules to compare with; what was really fired when left out')
    .option(...configOption)
    .option('--json', 'one JSON object')
    .action(async ({ history, rules: tried, against, config, json }: RehearseArguments) => {
      exit(await rehearse({ history, rules: tried, against, config, json: json === true }, process.env, terminal));
    });
  program
    .command('rules')
    .description('list the rules, or with --trace ask the running daemon why they fired and why not')
    .argument('[id]', 'only this rule')
    .option('--trace', 'the last traces, the newest first')
    .option('--last <count>', 'so many of each', parseCount, 10)
    .option(...configOption)
    .option('--json', 'one JSON object')
    .action(async (id: string | undefined, { trace, last, config, json }: RulesArguments) => {
      const options = { config, trace: trace === true, rule: id, last, json: json === true };
      const ask = (of: MoodstatConfig, request: string, data: object) => askBridge(toMqttSettings(of), request, data);
      exit(await rules(options, process.env, terminal, ask));
    });
  return program;
}

/** What can go wrong in foreseen ways is told in its own words; anything else is a bug, and shows where. */
function explain(error: unknown): number {
  if (error instanceof ConfigError) {
    terminal.note(error.message);
    return EXIT.faulty;
  }
  const foreseen = error instanceof ModelError || error instanceof BrokerError;
  terminal.note(error instanceof Error ? (foreseen ? error.message : (error.stack ?? error.message)) : String(error));
  return EXIT.failed;
}

async function main(): Promise<number> {
  let code: number = EXIT.ok;
  try {
    await createProgram(await readVersion(), (result) => (code = result)).parseAsync();
    return code;
  } catch (error) {
    // Commander has printed its message already; help and version are no faults.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.faulty;
    return explain(error);
  }
}

process.exit(await main());
