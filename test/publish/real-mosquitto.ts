import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { describe } from 'vitest';
import { freePort } from '../fakes/free-port.ts';

/** Where Debian and others put daemons, beside what is in the PATH. */
const FOLDERS = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin'];

/** The path of a program, or undefined when it is not installed. */
export function findProgram(name: string): string | undefined {
  return FOLDERS.map((folder) => join(folder, name)).find((path) => existsSync(path));
}

const IMAGE = 'eclipse-mosquitto:2';

function dockerDoes(...args: string[]): boolean {
  return spawnSync('docker', args, { stdio: 'ignore' }).status === 0;
}

const installed = findProgram('mosquitto') !== undefined && findProgram('mosquitto_passwd') !== undefined;
const inContainer =
  !installed && dockerDoes('info') && (dockerDoes('image', 'inspect', IMAGE) || dockerDoes('pull', '--quiet', IMAGE));

/**
 * How one of Mosquitto's programs is called: as it is installed, else in a container, where it has the network of this
 * machine and one folder at the same place.
 */
function mosquittoProgram(
  name: 'mosquitto' | 'mosquitto_passwd',
  folder: string,
  container = `moodstat-${name}-${process.pid}-${Math.random().toString(36).slice(2)}`,
): { readonly program: string; readonly first: readonly string[] } {
  if (!inContainer) return { program: findProgram(name)!, first: [] };
  const user = `${process.getuid?.() ?? 0}:${process.getgid?.() ?? 0}`;
  const where = ['--network', 'host', '--user', user, '--volume', `${folder}:${folder}`, '--name', container];
  return { program: 'docker', first: ['run', '--rm', ...where, IMAGE, name] };
}

/** Writes a user and a password for Mosquitto into the folder; returns the line for its configuration. */
export function passwordFile(folder: string, user: string, password: string): string {
  const file = join(folder, 'passwords');
  const { program, first } = mosquittoProgram('mosquitto_passwd', folder);
  execFileSync(program, [...first, '-b', '-c', file, user, password], { stdio: 'ignore' });
  return `password_file ${file}`;
}

const absent = [
  ...(installed || inContainer ? [] : ['mosquitto']),
  ...(findProgram('openssl') === undefined ? ['openssl'] : []),
];

/** `describe` for tests with a real Mosquitto: left out loudly where it is absent, never in CI. */
export const describeMosquitto = absent.length === 0 ? describe : describe.skip;
if (absent.length > 0) {
  const message = `${absent.join(', ')} not installed, and no Docker engine (Debian: apt-get install mosquitto openssl)`;
  if (process.env['CI']) throw new Error(message);
  console.warn(`LEFT OUT: tests with a real MQTT broker: ${message}`);
}

let started = 0;

/** A Mosquitto of its own, with its configuration and memory in a temporary folder; stopped and started at will. */
export class Mosquitto {
  readonly port: number;
  readonly folder: string;
  readonly #config: readonly string[];
  #process: ChildProcess | undefined;
  #container = '';

  private constructor(port: number, folder: string, config: readonly string[]) {
    this.port = port;
    this.folder = folder;
    this.#config = config;
  }

  /** Starts one; without `config` it lets everybody in and forgets nothing when it is killed. */
  static async start(
    config: (folder: string) => readonly string[] | Promise<readonly string[]> = () => [],
  ): Promise<Mosquitto> {
    const folder = await mkdtemp(join(tmpdir(), 'moodstat-mosquitto-'));
    const mosquitto = new Mosquitto(await freePort(), folder, await config(folder));
    await mosquitto.start();
    return mosquitto;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  /** Resolves when it listens. */
  async start(): Promise<void> {
    const file = join(this.folder, 'mosquitto.conf');
    const lines = [
      `listener ${this.port} 127.0.0.1`,
      ...(this.#config.some((line) => line.startsWith('password_file')) ? [] : ['allow_anonymous true']),
      ...this.#config,
      'persistence true',
      `persistence_location ${this.folder}/`,
      'autosave_on_changes true',
      'autosave_interval 1',
      'log_dest stderr',
      // Started by root it would change to a user who cannot read the folder.
      ...(process.getuid?.() === 0 ? ['user root'] : []),
    ];
    await writeFile(file, lines.join('\n') + '\n');
    this.#container = `moodstat-mosquitto-${this.port}-${++started}`;
    const { program, first } = mosquittoProgram('mosquitto', this.folder, this.#container);
    const child = spawn(program, [...first, '-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
    this.#process = child;
    await new Promise<void>((resolve, reject) => {
      let said = '';
      child.stderr.on('data', (chunk: Buffer) => {
        said += chunk.toString();
        if (/mosquitto version \S+ running/.test(said)) resolve();
      });
      child.once('exit', () => {
        reject(new Error(`mosquitto ended: ${said}`));
      });
    });
  }

  /** Ends it without a chance to say anything. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise((resolve) => child.once('exit', resolve));
    // To kill the program that started a container is not to kill what runs in it.
    if (inContainer) dockerDoes('kill', '--signal', signal, this.#container);
    else child.kill(signal);
    await gone;
  }

  async remove(): Promise<void> {
    await this.kill();
    await rm(this.folder, { recursive: true, force: true });
  }
}
