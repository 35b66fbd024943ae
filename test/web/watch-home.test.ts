import { describe, expect, it } from 'vitest';
import { moodPayload } from '../../src/publish/payload.ts';
import { BrokerError } from '../../src/publish/broker-error.ts';
import type { HomeEvent } from '../../src/web/home-state.ts';
import { fakeHome, moodUpdate } from '../fakes/fake-home.ts';

function heard(home: ReturnType<typeof fakeHome>): HomeEvent[] {
  const events: HomeEvent[] = [];
  home.home.events$.subscribe((event) => events.push(event));
  return events;
}

describe('what the page knows of the home', () => {
  it('is there before the first mood', () => {
    expect(fakeHome().home.state()).toEqual({
      version: '1.2.3',
      startedAt: '2026-01-31T18:03:05.000Z',
      home: null,
      rooms: [{ name: 'Living room', mood: null }],
      cameras: [
        { name: 'living', room: 'Living room', enabled: true, status: 'online', fps: 5, mood: null, watched: false },
        { name: 'sofa', room: 'Living room', enabled: true, status: 'online', fps: 5, mood: null, watched: false },
        { name: 'door', room: null, enabled: true, status: 'online', fps: 5, mood: null, watched: false },
      ],
      broker: { connected: false },
      privacy: { frames: 'none', liveView: false, watchers: 0 },
      rules: { loaded: 2, faults: [] },
    });
  });

  it('says of a mood what MQTT says, where it belongs', () => {
    const home = fakeHome();
    const events = heard(home);
    const update = moodUpdate('happy', { camera: 'living', room: 'Living room' });
    const payload: unknown = JSON.parse(moodPayload(update.mood));
    home.moods$.next(update);
    home.moods$.next({ ...update, camera: null });
    home.moods$.next({ ...update, camera: null, room: null });
    const state = home.home.state();
    expect(state.cameras.map(({ mood }) => mood)).toEqual([payload, null, null]);
    expect(state.rooms).toEqual([{ name: 'Living room', mood: payload }]);
    expect(state.home).toEqual(payload);
    expect(events).toEqual([
      { event: 'camera', data: state.cameras[0] },
      { event: 'room', data: state.rooms[0] },
      { event: 'home', data: payload },
    ]);
  });

  it('forgets a mood with the camera that is switched off, and the room’s and the home’s with the last one', () => {
    const home = fakeHome();
    const at = { camera: 'living', room: 'Living room' };
    for (const place of [at, { room: at.room }, {}]) home.moods$.next(moodUpdate('sad', place));
    const [living, sofa, door] = home.cameras;
    living!.enabled$.next(false);
    expect(home.home.state().cameras[0]).toMatchObject({ enabled: false, status: 'off', mood: null });
    expect(home.home.state().rooms[0]!.mood).not.toBeNull();
    sofa!.enabled$.next(false);
    expect(home.home.state().rooms[0]!.mood).toBeNull();
    expect(home.home.state().home).not.toBeNull();
    door!.enabled$.next(false);
    expect(home.home.state().home).toBeNull();
  });

  it('says why a camera is away, and no longer when it is back', () => {
    const home = fakeHome();
    const [living] = home.cameras;
    living!.available$.next(false);
    living!.problem$.next('no answer');
    expect(home.home.state().cameras[0]).toMatchObject({ status: 'offline', problem: 'no answer' });
    living!.problem$.next(null);
    living!.available$.next(true);
    expect(home.home.state().cameras[0]).not.toHaveProperty('problem');
  });

  it('tells of the broker, of rules and of who watches', () => {
    const home = fakeHome();
    const events = heard(home);
    const error = new BrokerError('refused', 'mqtt://broker: nothing listens there');
    home.connection$.next({ state: 'offline', error, retryInMs: 1 });
    home.connection$.next({ state: 'online', protocol: 5 });
    const firing = { id: 'lamp', alias: null, at: '2026-01-31T18:04:05.000Z', outcome: 'fired', reason: 'so' } as const;
    home.firings$.next(firing);
    home.rules$.next({ loaded: 1, faults: ['rules.yaml:1:1: no'] });
    home.watched$.next(['door']);
    expect(events).toMatchObject([
      { event: 'broker', data: { connected: false, problem: 'mqtt://broker: nothing listens there' } },
      { event: 'broker', data: { connected: true } },
      { event: 'rule', data: firing },
      { event: 'rules', data: { loaded: 1, faults: ['rules.yaml:1:1: no'] } },
      { event: 'camera', data: { name: 'door', watched: true } },
      { event: 'privacy', data: { watchers: 1 } },
    ]);
  });
});
