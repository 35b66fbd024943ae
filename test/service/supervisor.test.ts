import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { findSupervisor, watchdogMs } from '../../src/service/supervisor.ts';
import { findProgram } from '../publish/real-mosquitto.ts';

const UNIT = fileURLToPath(new URL('../../service/moodstat.service', import.meta.url));

/** Node has no datagram sockets of Unix; what comes goes to standard output, a line an assignment. */
const LISTEN = [
  'import socket, sys',
  'listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)',
  'listener.bind(sys.argv[1])',
  'print("LISTENING", flush=True)',
  'while True: print(listener.recv(4096).decode(), flush=True)',
].join('\n');

const absent = ['python3', 'systemd-notify', 'systemd-analyze'].filter((name) => findProgram(name) === undefined);
const describeSystemd = absent.length === 0 ? describe : describe.skip;
if (absent.length > 0) {
  const message = `${absent.join(', ')} not installed (Debian: apt-get install python3 systemd)`;
  if (process.env['CI']) throw new Error(message);
  console.warn(`LEFT OUT: tests with systemd's tools: ${message}`);
}

const closing: ChildProcess[] = [];
afterEach(async () => {
  for (const child of closing.splice(0)) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
});

/** systemd's side of `NOTIFY_SOCKET`; `told` resolves with all assignments once one of them begins so. */
async function fakeSystemd() {
  const socket = join(await mkdtemp(join(tmpdir(), 'moodstat-systemd-')), 'notify');
  const child = spawn('python3', ['-c', LISTEN, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  closing.push(child);
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  const heard = async (words: string) => {
    await expect.poll(() => text, { timeout: 10_000 }).toContain(words);
    return text.split('\n').filter((line) => line.includes('=') && line !== 'BARRIER=1');
  };
  await heard('LISTENING');
  return { socket, told: heard };
}

describeSystemd('systemd', () => {
  it('is told of the start, of life, of a restart and of the end, in this order', async () => {
    const { socket, told } = await fakeSystemd();
    const warnings: string[] = [];
    const env = { PATH: process.env['PATH'], NOTIFY_SOCKET: socket, WATCHDOG_USEC: '200000' };
    const supervisor = findSupervisor(env, (message) => warnings.push(message));
    supervisor.ready('2 cameras, 3 rules');
    const life = await told('WATCHDOG=1');
    expect(life.slice(0, 3)).toEqual(['READY=1', 'STATUS=2 cameras, 3 rules', 'WATCHDOG=1']);
    supervisor.restarting();
    supervisor.ready('1 camera, 3 rules');
    await told('STATUS=1 camera');
    await supervisor.stopping();
    const all = (await told('STOPPING=1')).filter((line) => line !== 'WATCHDOG=1' && !line.startsWith('STATUS='));
    expect(all).toEqual(['READY=1', 'RELOADING=1', 'READY=1', 'STOPPING=1']);
    expect(warnings).toEqual([]);
  });

  it('is told nothing more when its socket is gone, which is a warning and no end', async () => {
    const warnings: string[] = [];
    const env = { PATH: process.env['PATH'], NOTIFY_SOCKET: '/nowhere/notify' };
    await findSupervisor(env, (message) => warnings.push(message)).stopping();
    expect(warnings.join()).toContain('systemd was not told STOPPING=1');
  });

  it('finds no fault in the unit, and little that is exposed', async () => {
    // Not everybody who runs this has a node in /usr/bin.
    const unit = (await readFile(UNIT, 'utf8')).replace('/usr/bin/node', process.execPath);
    const copy = join(await mkdtemp(join(tmpdir(), 'moodstat-unit-')), 'moodstat.service');
    await writeFile(copy, unit);
    const verified = spawnSync('systemd-analyze', ['verify', copy], { encoding: 'utf8' });
    expect([verified.status, verified.stdout + verified.stderr]).toEqual([0, '']);
    const secured = spawnSync('systemd-analyze', ['security', '--offline=true', '--threshold=25', copy], {
      encoding: 'utf8',
    });
    expect(secured.stdout).toMatch(/Overall exposure level for moodstat\.service: [0-2]\.\d OK/);
    expect(secured.status).toBe(0);
  });
});

describe('watchdogMs', () => {
  it.each([
    ['nobody waits', {}, undefined],
    ['somebody waits', { WATCHDOG_USEC: '60000000' }, 30_000],
    ['it is this process that is meant', { WATCHDOG_USEC: '60000000', WATCHDOG_PID: String(process.pid) }, 30_000],
    ['it is another one', { WATCHDOG_USEC: '60000000', WATCHDOG_PID: '1' }, undefined],
    ['it is switched off', { WATCHDOG_USEC: '0' }, undefined],
  ])('%s', (_, env, expected) => {
    expect(watchdogMs(env)).toBe(expected);
  });
});

describe('the heartbeat', () => {
  it('is a file that is touched while the daemon is ready', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'moodstat-heart-')), 'heartbeat');
    const beats = async () => (await stat(file).catch(() => undefined))?.mtimeMs;
    const supervisor = findSupervisor({ MOODSTAT_HEARTBEAT: file }, () => undefined);
    expect(await beats()).toBeUndefined();
    supervisor.ready('');
    await expect.poll(beats).toBeDefined();
    await supervisor.stopping();
    // A later start finds the file and touches it.
    await utimes(file, 0, 0);
    const again = findSupervisor({ MOODSTAT_HEARTBEAT: file }, () => undefined);
    again.ready('');
    await expect.poll(beats).toBeGreaterThan(0);
    await again.stopping();
  });

  it('warns when its file cannot be written', async () => {
    const warnings: string[] = [];
    const supervisor = findSupervisor({ MOODSTAT_HEARTBEAT: '/nowhere/heartbeat' }, (text) => warnings.push(text));
    supervisor.ready('');
    await expect.poll(() => warnings.join()).toContain('/nowhere/heartbeat: no heartbeat');
    await supervisor.stopping();
  });
});
