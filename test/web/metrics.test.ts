import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { fakeHome, moodOf } from '../fakes/fake-home.ts';

const HAS_PROMTOOL = spawnSync('promtool', ['--version']).status === 0;
if (!HAS_PROMTOOL)
  console.warn('promtool is not installed: its check of /metrics is SKIPPED (sudo apt install prometheus)');

if (process.env['CI'] === 'true') {
  it('has promtool, for nothing is skipped in CI', () => {
    expect(HAS_PROMTOOL).toBe(true);
  });
}

/** A home in which much has happened, and one camera is off. */
function lively() {
  const home = fakeHome();
  const [living] = home.cameras;
  living!.known$.next(moodOf('happy'));
  home.room$.next(moodOf('uncertain'));
  home.home$.next({ ...moodOf(null), faces: 0 });
  for (const ms of [4, 12, 700, 9000]) living!.latencyMs$.next(ms);
  home.cameras[2]!.enabled$.next(false);
  home.connection$.next({ state: 'online', protocol: 5 });
  const firing = { alias: null, at: '2026-01-31T18:04:05.000Z', reason: '' } as const;
  home.firings$.next({ ...firing, id: 'lamp', outcome: 'fired' });
  home.firings$.next({ ...firing, id: 'lamp', outcome: 'fired' });
  home.firings$.next({ ...firing, id: 'music', outcome: 'dry_run' });
  return home;
}

async function metricsOf(home: ReturnType<typeof fakeHome>) {
  const { body, headers } = await home.app().inject('/metrics');
  return { body, lines: body.split('\n'), type: headers['content-type'] };
}

describe('/metrics', () => {
  it('tells of frames, latencies, moods, rules and the broker', async () => {
    const { lines, type } = await metricsOf(lively());
    expect(type).toBe('text/plain; version=0.0.4; charset=utf-8');
    for (const line of [
      'moodstat_camera_online{camera="living"} 1',
      'moodstat_camera_enabled{camera="door"} 0',
      'moodstat_camera_losses_total{camera="living"} 4',
      'moodstat_frames_seen_total{camera="living"} 100',
      'moodstat_frames_dropped_total{camera="living"} 2',
      'moodstat_frames_failed_total{camera="living"} 1',
      'moodstat_frame_latency_seconds_bucket{le="0.005",camera="living"} 1',
      'moodstat_frame_latency_seconds_bucket{le="1",camera="living"} 3',
      'moodstat_frame_latency_seconds_bucket{le="+Inf",camera="living"} 4',
      'moodstat_frame_latency_seconds_sum{camera="living"} 9.716',
      'moodstat_mood{scope="camera",name="living",mood="happy"} 1',
      'moodstat_mood{scope="camera",name="living",mood="sad"} 0',
      'moodstat_mood{scope="room",name="Living room",mood="uncertain"} 1',
      'moodstat_mood{scope="home",name="home",mood="nobody"} 1',
      'moodstat_mood_confidence{scope="camera",name="living"} 0.8123',
      'moodstat_faces{scope="home",name="home"} 0',
      'moodstat_rule_firings_total{rule="lamp",outcome="fired"} 2',
      'moodstat_rule_firings_total{rule="music",outcome="dry_run"} 1',
      'moodstat_rules_loaded 2',
      'moodstat_broker_connected 1',
      'moodstat_broker_reconnects_total 1',
      'moodstat_mqtt_messages_sent_total 200',
      'moodstat_mqtt_messages_dropped_total 3',
    ])
      expect(lines).toContain(line);
  });

  it('counts what is counted elsewhere once, however often it is asked', async () => {
    const home = lively();
    const app = home.app();
    await app.inject('/metrics');
    expect((await app.inject('/metrics')).body).toContain('moodstat_frames_seen_total{camera="living"} 100\n');
  });

  it('says nothing of a mood that is not known any more', async () => {
    const home = lively();
    home.cameras[0]!.known$.next(undefined);
    const { body } = await metricsOf(home);
    expect(body).not.toContain('scope="camera"');
    expect(body).toContain('scope="room"');
  });

  it.runIf(HAS_PROMTOOL)('satisfies promtool', async () => {
    const { body } = await metricsOf(lively());
    expect(execFileSync('promtool', ['check', 'metrics'], { input: body, encoding: 'utf8' })).toBe('');
  });
});

describe('/healthz', () => {
  it('is ready while a camera gives frames and the broker is there', async () => {
    const home = lively();
    home.cameras[0]!.available$.next(false);
    const { statusCode, json } = await home.app().inject('/healthz');
    expect(statusCode).toBe(200);
    expect(json()).toEqual({ alive: true, ready: true, problems: [] });
  });

  it('says what is missing, and names nothing', async () => {
    const home = fakeHome({ settings: { password: 'x2345678' } });
    for (const { available$ } of home.cameras) available$.next(false);
    const { statusCode, json } = await home.app().inject('/healthz');
    expect(statusCode).toBe(503);
    const problems = ['the broker is not connected', 'no camera gives frames'];
    expect(json()).toEqual({ alive: true, ready: false, problems });
  });

  it('does not miss cameras that are switched off', async () => {
    const home = lively();
    for (const { enabled$, available$ } of home.cameras) {
      available$.next(false);
      enabled$.next(false);
    }
    expect((await home.app().inject('/healthz')).statusCode).toBe(200);
  });
});
