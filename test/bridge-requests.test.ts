import pino from 'pino';
import { BehaviorSubject, EMPTY, Subject } from 'rxjs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import { type Requested, bridgeRequests } from '../src/bridge-requests.ts';
import type { Frame } from '../src/capture/frame.ts';
import type { Watch } from '../src/watch-camera.ts';
import { fakeFrame } from './fakes/fake-camera.ts';

function running(options: Partial<Requested> = {}) {
  const frames$ = new Subject<Frame>();
  const living: Watch = {
    name: 'living',
    room: 'living',
    enabled$: new BehaviorSubject(true),
    frames$,
    views$: EMPTY,
    available$: EMPTY,
    problem$: EMPTY,
    decided$: EMPTY,
    moods$: EMPTY,
    known$: EMPTY,
    faces$: EMPTY,
    health: () => {
      throw new Error('not asked for here');
    },
  };
  const log = pino({ level: 'silent' });
  const handlers = bridgeRequests({
    watches: [living, { ...living, name: 'door', enabled$: new BehaviorSubject(false) }],
    privacy: { frames: 'none', snapshots: false },
    log,
    health: () => ({ uptime_s: 1 }),
    ...options,
  });
  /** Resolves and rejects as the handler does, whether it is asynchronous or not. */
  const ask = (name: string, data: Record<string, unknown> = {}): Promise<unknown> =>
    new Promise((resolve) => {
      resolve(handlers[name]!({ data }));
    });
  return { ask, living, frames$, log, names: Object.keys(handlers) };
}

const SNAPSHOTS = { privacy: { frames: 'none', snapshots: true } } as const;

describe('what can be asked of the daemon', () => {
  it('has the names that the README lists', () => {
    expect(running().names).toEqual([
      'health_check',
      'restart',
      'rules/reload',
      'camera/enable',
      'snapshot',
      'log_level',
    ]);
  });

  it('tells the present health', async () => {
    expect(await running().ask('health_check')).toEqual({ uptime_s: 1 });
  });

  it('switches a camera as its topic does', async () => {
    const { ask, living } = running();
    expect(await ask('camera/enable', { camera: 'living', enabled: false })).toEqual({
      camera: 'living',
      enabled: false,
    });
    expect(living.enabled$.value).toBe(false);
  });

  it('changes the log level, and tells it', async () => {
    const { ask, log } = running();
    expect(await ask('log_level')).toEqual({ level: 'silent' });
    expect(await ask('log_level', { level: 'debug' })).toEqual({ level: 'debug' });
    expect(log.level).toBe('debug');
  });

  it('reads rules anew where it can', async () => {
    const { ask } = running({ reloadRules: () => Promise.resolve({ rules: 3 }) });
    expect(await ask('rules/reload')).toEqual({ rules: 3 });
  });

  it('lets nobody restart it into a faulty configuration', async () => {
    const faulty = running({ prepareRestart: () => Promise.reject(new Error('moodstat.yaml:3:1: unknown key')) });
    await expect(faulty.ask('restart')).rejects.toThrow('moodstat.yaml:3:1');
    await expect(running({ prepareRestart: () => Promise.resolve() }).ask('restart')).resolves.toBeUndefined();
  });

  it('takes a picture of the next frame when privacy allows it', async () => {
    const { ask, frames$ } = running(SNAPSHOTS);
    frames$.next(fakeFrame({ width: 2, height: 2 }));
    const asked = ask('snapshot', { camera: 'living' });
    frames$.next(fakeFrame({ width: 16, height: 9, atMs: 5000 }));
    const { jpeg, ...rest } = (await asked) as { jpeg: string };
    expect(rest).toEqual({ camera: 'living', at: '1970-01-01T00:00:05.000Z', width: 16, height: 9 });
    expect(await sharp(Buffer.from(jpeg, 'base64')).metadata()).toMatchObject({ format: 'jpeg', width: 16, height: 9 });
    expect(frames$.observed).toBe(false);
  });

  it.each<[string, string, Record<string, unknown>, Partial<Requested>, RegExp]>([
    ['pictures unless switched on', 'snapshot', { camera: 'living' }, {}, /privacy\.snapshots is off/],
    ['a picture of a camera that is off', 'snapshot', { camera: 'door' }, SNAPSHOTS, /door is switched off/],
    ['cameras that are not there', 'camera/enable', { camera: 'livng', enabled: true }, {}, /mean "living"/],
    ['keys that are not there', 'camera/enable', { camera: 'living', enable: true }, {}, /did you mean `enabled`/],
    ['half a request', 'camera/enable', { camera: 'living' }, {}, /enabled is missing: expected true or false/],
    ['a level that is none', 'log_level', { level: 'loud' }, {}, /expected one of fatal, /],
    ['rules that cannot be read anew', 'rules/reload', {}, {}, /ask for `restart`/],
    ['a restart that nobody can do', 'restart', {}, {}, /cannot restart itself/],
  ])('refuses %s', async (_, name, data, options, words) => {
    await expect(running(options).ask(name, data)).rejects.toThrow(words);
  });
});
