import { describe, expect, it } from 'vitest';
import { moodPayload } from '../../src/publish/payload.ts';
import { BrokerError } from '../../src/publish/broker-error.ts';
import type { HomeEvent } from '../../src/web/home-state.ts';
import { fakeHome, moodOf } from '../fakes/fake-home.ts';

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

  it('says of a mood what MQTT says, where it belongs, until it is not known any more', () => {
    const home = fakeHome();
    const events = heard(home);
    const payload: unknown = JSON.parse(moodPayload(moodOf('happy')));
    for (const known$ of [home.cameras[0]!.known$, home.room$, home.home$]) known$.next(moodOf('happy'));
    const state = home.home.state();
    expect(state.cameras.map(({ mood }) => mood)).toEqual([payload, null, null]);
    expect(state.rooms).toEqual([{ name: 'Living room', mood: payload }]);
    expect(state.home).toEqual(payload);
    expect(events).toEqual([
      { event: 'camera', data: state.cameras[0] },
      { event: 'room', data: state.rooms[0] },
      { event: 'home', data: payload },
    ]);
    for (const known$ of [home.cameras[0]!.known$, home.room$, home.home$]) known$.next(undefined);
    const later = home.home.state();
    expect([later.cameras[0]!.mood, later.rooms[0]!.mood, later.home]).toEqual([null, null, null]);
    expect(events.slice(3).map(({ event }) => event)).toEqual(['camera', 'room', 'home']);
  });

  it('knows what is switched off', () => {
    const home = fakeHome();
    home.cameras[0]!.enabled$.next(false);
    expect(home.home.state().cameras[0]).toMatchObject({ enabled: false, status: 'off' });
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
