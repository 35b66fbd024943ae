import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { ConfigError, formatFault } from '../config/fault.ts';
import { loadConfig } from '../config/load-config.ts';
import type { CameraConfig, MoodstatConfig } from '../config/resolve-config.ts';
import { historyFile } from '../history/history-files.ts';
import { loadOpenCv } from '../peers/opencv.ts';
import { brokerAddress } from '../publish/mqtt-settings.ts';
import { NOTHING_SAVED, readState, type SavedState } from '../state/state-file.ts';
import { loadClassifier, loadDetector } from '../vision/load-vision.ts';
import { examineBroker } from './examine-broker.ts';
import { examineCamera } from './examine-camera.ts';
import { examineHistory } from './examine-history.ts';
import type { Finding } from './finding.ts';
import { nearestExisting } from './nearest-existing.ts';
import { EXIT, type Terminal } from './terminal.ts';

export interface DoctorOptions {
  readonly config: string;
  readonly json: boolean;
  /** Where the daemon of a configuration keeps its state. */
  readonly stateFile: (config: MoodstatConfig) => string;
}

/** What a daemon that runs knows already: nothing is opened twice, for most cameras have one user at a time. */
export interface RunningDaemon {
  /** Sources of the cameras that give frames now, by name. */
  readonly online: ReadonlyMap<string, string>;
  /** The broker's address while it is connected. */
  readonly connectedTo: string | undefined;
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

/** Looks at all that the daemon needs; `running` is the one that asks, when one does. */
export async function examine(
  { config: file, stateFile }: Pick<DoctorOptions, 'config' | 'stateFile'>,
  env: Readonly<Record<string, string | undefined>>,
  running?: RunningDaemon,
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
  const { finding, saved } = await examineState(stateFile(config));
  const examined = await Promise.all([
    examineDetector(config.vision),
    examineClassifier(config.vision),
    running?.connectedTo === config.mqtt.url
      ? fine('broker', `connected to ${brokerAddress(config.mqtt.url)}`)
      : examineBroker(config),
    ...ffmpegPaths(config.cameras).map(examineFfmpeg),
    ...config.cameras.map((camera) =>
      running?.online.get(camera.name) === camera.source.location
        ? fine(`camera ${camera.name}`, 'gives frames now')
        : examineCamera(camera, saved.enabled[camera.name] ?? camera.enabled),
    ),
  ]);
  const usesOpenCv = config.cameras.some(({ capture }) => capture === 'opencv');
  const history = config.history.enabled
    ? [await examineHistory(historyFile(config.history.file, stateFile(config)))]
    : [];
  return [...findings, finding, ...history, ...examined, ...(usesOpenCv ? [examineOpenCv()] : [])];
}

function fine(subject: string, message: string): Finding {
  return { subject, status: 'ok', message };
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

async function examineState(file: string): Promise<{ finding: Finding; saved: SavedState }> {
  const subject = 'state';
  const folder = dirname(file);
  try {
    await access(nearestExisting(folder), constants.W_OK);
  } catch {
    const message = `${folder} cannot be written; camera switches would be forgotten: give this user the right to write there`;
    return { finding: { subject, status: 'fault', message }, saved: NOTHING_SAVED };
  }
  try {
    return { finding: { subject, status: 'ok', message: `${folder} can be written` }, saved: await readState(file) };
  } catch (error) {
    return { finding: { subject, status: 'fault', message: messageOf(error) }, saved: NOTHING_SAVED };
  }
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

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
