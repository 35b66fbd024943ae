import type { Logger } from 'pino';
import { filter, map, type Observable, takeUntil } from 'rxjs';
import type { MoodstatConfig } from './config/resolve-config.ts';
import { editHome, type EditHomeOptions } from './edit-home.ts';
import { watched } from './join-moods.ts';
import { livePictures } from './live/live-pictures.ts';
import type { MoodUpdate } from './mood/mood.ts';
import { knownMood } from './mood/until-stale.ts';
import type { Publisher } from './publish/publisher.ts';
import type { RunningRules } from './run-rules.ts';
import type { Watch } from './watch-camera.ts';
import type { WebDeps } from './web/create-app.ts';
import type { CameraState } from './web/home-state.ts';
import { LiveViews } from './web/live-views.ts';
import { createHomeMetrics } from './web/metrics/home-metrics.ts';
import { readPageFiles } from './web/page-files.ts';
import type { LiveCamera } from './web/register-live.ts';
import { startWeb, type Web } from './web/start-web.ts';
import { type HomePlace, type HomeSources, watchHome } from './web/watch-home.ts';

export interface ServePageOptions
  extends EditHomeOptions, Pick<HomeSources, 'version' | 'startedAtMs' | 'home$' | 'firings$'> {
  readonly config: MoodstatConfig;
  readonly watches: readonly Watch[];
  /** Moods of the rooms that have a name. */
  readonly rooms$: Observable<MoodUpdate>;
  readonly publisher: Publisher;
  readonly rules: Pick<RunningRules, 'inForce' | 'faults' | 'reloaded$' | 'traces' | 'reload'>;
  readonly log: Logger;
}

/** Serves the page with what the daemon knows; undefined when it is switched off. */
export async function servePage(options: ServePageOptions): Promise<Web | undefined> {
  return options.config.web.enabled ? startWeb(await webDeps(options)) : undefined;
}

/** What the routes of the page are given of the daemon. */
export async function webDeps(options: ServePageOptions): Promise<WebDeps> {
  const { config, watches, publisher, rules, log } = options;
  const views = new LiveViews(Date.now);
  const home = watchHome({
    ...options,
    cameras: watches,
    rooms: roomsOf(options),
    connection$: publisher.connection$,
    rules: () => ({ loaded: rules.inForce().length, faults: rules.faults() }),
    rulesChanged$: rules.reloaded$,
    privacy: { frames: config.privacy.frames, liveView: config.web.liveView },
    watched$: views.watched$,
    now: Date.now,
  });
  const metrics = createHomeMetrics({
    version: options.version,
    home,
    cameras: watches.map(({ name, decided$, health }) => ({
      name,
      latencyMs$: decided$.pipe(map(({ atMs }) => Date.now() - atMs)),
      health,
    })),
    broker: () => publisher.counters,
    now: Date.now,
  });
  const cameras = watches.map(({ name, enabled$ }) => ({
    name,
    switch: (on: boolean) => {
      log.info({ camera: name }, `${name}: switched ${on ? 'on' : 'off'} on the page`);
      enabled$.next(on);
    },
  }));
  return {
    settings: config.web,
    files: await readPageFiles(),
    home,
    metrics,
    cameras,
    ...editHome(options, () => {
      const { broker, cameras: states } = home.state();
      const online = watchedNow(config, states);
      return { online, connectedTo: broker.connected ? config.mqtt.url : undefined };
    }),
    live: mayShowFrames(config)
      ? { cameras: liveCameras(config, watches, log), views, forMs: config.web.liveViewMs }
      : undefined,
    log,
    now: Date.now,
  };
}

/** The sources of the cameras that give frames, by name. */
function watchedNow({ cameras }: MoodstatConfig, states: readonly CameraState[]): Map<string, string> {
  const online = new Set(states.filter(({ status }) => status === 'online').map(({ name }) => name));
  return new Map(cameras.flatMap(({ name, source }) => (online.has(name) ? [[name, source.location]] : [])));
}

function roomsOf({ watches, rooms$ }: ServePageOptions): HomePlace[] {
  const names = new Set(watches.flatMap(({ room }) => room ?? []));
  return [...names].map((name) => {
    const moods$ = rooms$.pipe(
      filter(({ room }) => room === name),
      map(({ mood }) => mood),
    );
    return { name, known$: knownMood(watched(watches.filter(({ room }) => room === name)), moods$) };
  });
}

/** Two settings must say so; either alone shows nothing. */
function mayShowFrames({ privacy, web }: MoodstatConfig): boolean {
  return privacy.frames === 'live' && web.liveView;
}

function liveCameras({ web }: MoodstatConfig, watches: readonly Watch[], log: Logger): LiveCamera[] {
  return watches.map(({ name, views$, enabled$ }) => {
    const onFailed = (err: unknown) => {
      log.warn({ camera: name, err }, `${name}: a picture for the page could not be made`);
    };
    const off$ = enabled$.pipe(filter((on) => !on));
    return { name, pictures$: livePictures(views$, { fps: web.liveViewFps, onFailed }).pipe(takeUntil(off$)) };
  });
}
