import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import { once } from 'node:events';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { ConfigError, formatFault } from '../config/fault.ts';
import { loadConfig } from '../config/load-config.ts';
import type { CameraConfig, MoodstatConfig } from '../config/resolve-config.ts';
import { loadOpenCv } from '../peers/opencv.ts';
import { brokerAddress } from '../publish/mqtt-settings.ts';
import { loadClassifier, loadDetector } from '../vision/load-vision.ts';
import { EXIT, type Terminal } from './terminal.ts';

export interface DoctorOptions {
  readonly config: string;
  readonly json: boolean;
  /** Where state is kept. */
  readonly stateFolder: string;
}

export interface Finding {
  readonly subject: string;
  readonly status: 'ok' | 'warning' | 'fault';
  /** What is, and where it is not well, what to do. */
  readonly message: string;
}

const ANSWER_MS = 3000;

/** Looks at all that the daemon needs, and says of each fault what to do about it; failed when there is one. */
export async function doctor(
  options: DoctorOptions,
  env: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
): Promise<number> {
  const findings = await examine(options, env);
  if (options.json)
    terminal.print(JSON.stringify({ ok: findings.every(({ status }) => status !== 'fault'), findings }));
  else
    for (const { subject, status, message } of findings) terminal.print(`${status.padEnd(7)}  ${subject}: ${message}`);
  return findings.some(({ status }) => status === 'fault') ? EXIT.failed : EXIT.ok;
}

async function examine(
  { config: file, stateFolder }: DoctorOptions,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Finding[]> {
  const findings: Finding[] = [examineNode(process.versions.node)];
  let config: MoodstatConfig;
  try {
    const loaded = await loadConfig(file, env);
    config = loaded.config;
    const faults = loaded.faults.map((fault): Finding => ({
      subject: 'rules',
      status: fault.severity === 'error' ? 'fault' : 'warning',
      message: formatFault(fault),
    }));
    findings.push(
      { subject: 'configuration', status: 'ok', message: `${file}, ${loaded.rules.length} rules` },
      ...faults,
    );
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [
      ...findings,
      ...error.faults.map((fault): Finding => ({
        subject: 'configuration',
        status: 'fault',
        message: formatFault(fault),
      })),
    ];
  }
  const examined = await Promise.all([
    examineDetector(config.vision),
    examineClassifier(config.vision),
    examineBroker(config),
    examineState(stateFolder),
    ...ffmpegPaths(config.cameras).map(examineFfmpeg),
    ...config.cameras.map(examineCamera),
  ]);
  const usesOpenCv = config.cameras.some(({ capture }) => capture === 'opencv');
  return [...findings, ...examined, ...(usesOpenCv ? [examineOpenCv()] : [])];
}

function examineNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return { subject: 'Node.js', status: 'ok', message: version };
  return { subject: 'Node.js', status: 'fault', message: `${version} is too old; install 20.19 or later` };
}

const ONNX_LOADS = 'card and weights agree, and ONNX Runtime loads them';

function examineDetector(vision: MoodstatConfig['vision']): Promise<Finding> {
  const loads = vision.detector === 'onnx' ? ONNX_LOADS : 'OpenCV loads its cascade';
  return examineModel('face model', async () => {
    await (await loadDetector(vision)).close();
    return loads;
  });
}

function examineClassifier(vision: MoodstatConfig['vision']): Promise<Finding> {
  return examineModel('emotion model', async () => {
    const { classifier, remark = ONNX_LOADS } = await loadClassifier(vision);
    await classifier.close();
    return remark;
  });
}

async function examineModel(subject: string, load: () => Promise<string>): Promise<Finding> {
  try {
    return { subject, status: 'ok', message: await load() };
  } catch (error) {
    return { subject, status: 'fault', message: messageOf(error) };
  }
}

function examineOpenCv(): Finding {
  const subject = 'OpenCV';
  try {
    const { major, minor, revision } = loadOpenCv().version;
    return { subject, status: 'ok', message: `${major}.${minor}.${revision}` };
  } catch (error) {
    return { subject, status: 'fault', message: messageOf(error) };
  }
}

async function examineBroker({ mqtt, broker }: MoodstatConfig): Promise<Finding> {
  const subject = 'broker';
  const url = new URL(mqtt.url);
  const answers = await answersOnPort(url.hostname, portOf(url));
  if (broker.enabled) {
    return answers
      ? {
          subject,
          status: 'warning',
          message: `port ${broker.port} is in use: moodstat runs already, or another broker does; for that one set mqtt.url, or choose another broker.port`,
        }
      : { subject, status: 'ok', message: `the embedded one, on ${broker.host}:${broker.port}` };
  }
  return answers
    ? { subject, status: 'ok', message: `${brokerAddress(mqtt.url)} answers` }
    : {
        subject,
        status: 'fault',
        message: `${brokerAddress(mqtt.url)} does not answer; is it running, and is mqtt.url right?`,
      };
}

async function examineState(folder: string): Promise<Finding> {
  try {
    await access(nearestExisting(folder), constants.W_OK);
    return { subject: 'state', status: 'ok', message: `${folder} can be written` };
  } catch {
    return {
      subject: 'state',
      status: 'fault',
      message: `${folder} cannot be written; camera switches would be forgotten: give this user the right to write there`,
    };
  }
}

/** The folder, or the one in which it would be made; looking makes nothing. */
function nearestExisting(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestExisting(dirname(folder));
}

/** The programs that cameras need, each once. */
function ffmpegPaths(cameras: readonly CameraConfig[]): string[] {
  const needing = cameras.filter(
    ({ source: { kind }, capture }) =>
      capture === 'ffmpeg' && (kind === 'rtsp' || kind === 'device' || kind === 'path'),
  );
  return [...new Set(needing.map(({ ffmpeg }) => ffmpeg.path))];
}

async function examineFfmpeg(path: string): Promise<Finding> {
  const subject = 'ffmpeg';
  try {
    const { stdout } = await promisify(execFile)(path, ['-hide_banner', '-version'], { timeout: ANSWER_MS });
    return { subject, status: 'ok', message: stdout.split(' Copyright')[0]!.trim() };
  } catch {
    return {
      subject,
      status: 'fault',
      message: `${path} cannot be run; install it (Debian: apt install ffmpeg) or set the camera's ffmpeg.path`,
    };
  }
}

async function examineCamera({ name, source, enabled }: CameraConfig): Promise<Finding> {
  const subject = `camera ${name}`;
  const off = enabled ? '' : ' (switched off)';
  const { kind, location } = source;
  if (kind === 'demo') return { subject, status: 'ok', message: `the demo clip${off}` };
  if (kind === 'rtsp' || kind === 'http') {
    const url = new URL(location);
    const port = portOf(url);
    return (await answersOnPort(url.hostname, port))
      ? { subject, status: 'ok', message: `${url.hostname}:${port} answers${off}` }
      : {
          subject,
          status: 'fault',
          message: `${url.hostname}:${port} does not answer; is the camera on, and its address right?`,
        };
  }
  try {
    await stat(location);
  } catch {
    return {
      subject,
      status: 'fault',
      message: `${location} is not there; ${kind === 'device' ? 'is the camera plugged in?' : 'check its source'}`,
    };
  }
  try {
    await access(location, constants.R_OK);
    return { subject, status: 'ok', message: `${location}${off}` };
  } catch {
    const advice =
      kind === 'device'
        ? 'add this user to the group video (sudo usermod -aG video "$USER")'
        : 'give this user the right to read it';
    return { subject, status: 'fault', message: `${location} may not be read; ${advice}` };
  }
}

const DEFAULT_PORTS: Readonly<Record<string, number>> = {
  'mqtt:': 1883,
  'mqtts:': 8883,
  'ws:': 80,
  'wss:': 443,
  'http:': 80,
  'https:': 443,
  'rtsp:': 554,
  'rtsps:': 322,
};

function portOf(url: URL): number {
  return url.port === '' ? (DEFAULT_PORTS[url.protocol] ?? 80) : Number(url.port);
}

async function answersOnPort(host: string, port: number): Promise<boolean> {
  const socket = connect({ host: host.replace(/^\[|\]$/g, ''), port, timeout: ANSWER_MS });
  socket.on('timeout', () => socket.destroy(new Error('no answer')));
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
