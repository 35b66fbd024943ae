import { BehaviorSubject, Subject } from 'rxjs';
import type { Mood, MoodName } from '../../src/mood/mood.ts';
import type { ConnectionState } from '../../src/publish/publisher.ts';
import { EMOTIONS, type EmotionScores } from '../../src/vision/emotion.ts';
import { createApp, type WebDeps } from '../../src/web/create-app.ts';
import type { RuleFiring, RulesState } from '../../src/web/home-state.ts';
import { createHomeMetrics } from '../../src/web/metrics/home-metrics.ts';
import { pageFile } from '../../src/web/page-files.ts';
import { watchHome } from '../../src/web/watch-home.ts';
import type { WebSettings } from '../../src/web/web-settings.ts';
import { recordingLog } from './recording-log.ts';

/** 2026-01-31T18:04:05Z. */
export const NOW_MS = Date.UTC(2026, 0, 31, 18, 4, 5);

export const WEB_SETTINGS: WebSettings = {
  host: '127.0.0.1',
  port: 0,
  password: undefined,
  token: undefined,
  allowedHosts: [],
  trustedProxies: [],
  liveView: false,
  liveViewMs: 600_000,
  liveViewFps: 5,
};

/** A mood with one face, of which only the name matters. */
export function moodOf(name: MoodName): Mood {
  const scores = Object.fromEntries(EMOTIONS.map((emotion) => [emotion, emotion === name ? 1 : 0])) as EmotionScores;
  return {
    ...{ mood: name, confidence: 0.81234, valence: 0.5, arousal: 0.4, faces: 1, scores },
    ...{ sinceMs: NOW_MS - 1000, atMs: NOW_MS, validUntilMs: NOW_MS + 15_000 },
  };
}

/** A home of which a test decides everything, and the page's server above it. */
export function fakeHome({ settings = {} }: { readonly settings?: Partial<WebSettings> } = {}) {
  const home$ = new Subject<Mood | undefined>();
  const room$ = new Subject<Mood | undefined>();
  const connection$ = new BehaviorSubject<ConnectionState>({ state: 'connecting' });
  const firings$ = new Subject<RuleFiring>();
  const rules$ = new BehaviorSubject<RulesState>({ loaded: 2, faults: [] });
  const watched$ = new BehaviorSubject<readonly string[]>([]);
  const clock = { nowMs: NOW_MS };
  const cameras = [fakeCamera('living', 'Living room'), fakeCamera('sofa', 'Living room'), fakeCamera('door', null)];
  const home = watchHome({
    version: '1.2.3',
    startedAtMs: NOW_MS - 60_000,
    cameras,
    rooms: [{ name: 'Living room', known$: room$ }],
    home$,
    connection$,
    firings$,
    rules: () => rules$.value,
    rulesChanged$: rules$,
    privacy: { frames: 'none', liveView: false },
    watched$,
    now: () => clock.nowMs,
  });
  const log = recordingLog();
  const metrics = createHomeMetrics({
    version: '1.2.3',
    home,
    cameras: cameras.map(({ name, latencyMs$, health }) => ({
      name,
      latencyMs$,
      health: () => ({ ...health(), ...COUNTS }),
    })),
    broker: () => ({ reconnects: 1, sent: 200, dropped: 3 }),
    now: () => clock.nowMs,
  });
  const deps: WebDeps = {
    settings: { ...WEB_SETTINGS, ...settings },
    files: new Map([
      ['/', pageFile(Buffer.from(`<!doctype html><p>${'moods '.repeat(500)}`), 'text/html; charset=utf-8')],
    ]),
    home,
    metrics,
    cameras: cameras.map(({ name, enabled$ }) => ({
      name,
      switch: (on) => {
        enabled$.next(on);
      },
    })),
    live: undefined,
    log,
    now: () => clock.nowMs,
  };
  return {
    ...{ home$, room$, connection$, firings$, rules$, watched$, clock, cameras, home, log, deps },
    app: () => createApp(deps),
  };
}

const COUNTS = {
  ...{ framesSeen: 100, framesDropped: 2, framesFailed: 1, restarts: 4 },
  ...{ latencyP50Ms: 12, latencyP95Ms: 30 },
};

function fakeCamera(name: string, room: string | null) {
  const enabled$ = new BehaviorSubject(true);
  const available$ = new BehaviorSubject(true);
  const problem$ = new BehaviorSubject<string | null>(null);
  const latencyMs$ = new Subject<number>();
  const known$ = new Subject<Mood | undefined>();
  const health = () => ({
    state: !enabled$.value ? ('off' as const) : available$.value ? ('online' as const) : ('offline' as const),
    fps: 4.96,
  });
  return { name, room, latencyMs$, known$, enabled$, available$, problem$, health };
}
