import { merge, type Observable, Subject, Subscription, tap } from 'rxjs';
import type { Mood } from '../mood/mood.ts';
import type { CameraHealth } from '../publish/bridge-payload.ts';
import { moodPayload } from '../publish/payload.ts';
import type { ConnectionState } from '../publish/publisher.ts';
import type {
  BrokerState,
  CameraState,
  HomeEvent,
  HomeState,
  MoodPayload,
  PrivacyState,
  RoomState,
  RuleFiring,
  RulesState,
} from './home-state.ts';

/** A place and its mood: undefined while nobody watches it, and once it is stale. */
export interface HomePlace {
  readonly name: string;
  readonly known$: Observable<Mood | undefined>;
}

export interface HomeCamera extends HomePlace {
  readonly room: string | null;
  /** The present state first, as with the next two. */
  readonly enabled$: Observable<boolean>;
  readonly available$: Observable<boolean>;
  /** Why no frames come, in words without secrets; null while they do. */
  readonly problem$: Observable<string | null>;
  readonly health: (nowMs: number) => Pick<CameraHealth, 'state' | 'fps'>;
}

/** Where the page gets what it tells. */
export interface HomeSources {
  readonly version: string;
  readonly startedAtMs: number;
  readonly cameras: readonly HomeCamera[];
  readonly rooms: readonly HomePlace[];
  readonly home$: HomePlace['known$'];
  readonly connection$: Observable<ConnectionState>;
  readonly firings$: Observable<RuleFiring>;
  readonly rules: () => RulesState;
  /** Whenever `rules` has something new to tell. */
  readonly rulesChanged$: Observable<unknown>;
  readonly privacy: Pick<PrivacyState, 'frames' | 'liveView'>;
  /** The cameras that are watched now, each as often as there are watchers; the present ones first. */
  readonly watched$: Observable<readonly string[]>;
  readonly now: () => number;
}

/** What is known of the home, and what becomes of it. */
export interface HomeView {
  state(): HomeState;
  readonly events$: Observable<HomeEvent>;
  stop(): void;
}

/** Listens to everything that the page shows, and keeps the newest of each. */
export function watchHome(sources: HomeSources): HomeView {
  const { cameras, rooms, now } = sources;
  const events$ = new Subject<HomeEvent>();
  const enabled = new Map<string, boolean>();
  const problems = new Map<string, string | null>();
  const cameraMoods = new Map<string, MoodPayload | null>();
  const roomMoods = new Map<string, MoodPayload | null>();
  let home: MoodPayload | null = null;
  let broker: BrokerState = { connected: false };
  let watched: readonly string[] = [];

  const cameraState = ({ name, room, health }: HomeCamera): CameraState => {
    const { state: status, fps } = health(now());
    const problem = status === 'offline' ? problems.get(name) : undefined;
    return {
      name,
      room,
      enabled: enabled.get(name) ?? false,
      status,
      ...(problem != null && { problem }),
      fps: Math.round(fps * 10) / 10,
      mood: cameraMoods.get(name) ?? null,
      watched: watched.includes(name),
    };
  };
  const roomState = ({ name }: HomePlace): RoomState => ({ name, mood: roomMoods.get(name) ?? null });
  const privacyState = (): PrivacyState => ({ ...sources.privacy, watchers: watched.length });
  const tellCamera = (camera: HomeCamera): void => {
    events$.next({ event: 'camera', data: cameraState(camera) });
  };

  const running = new Subscription();
  for (const camera of cameras) {
    const changes$ = merge(
      camera.enabled$.pipe(tap((on) => enabled.set(camera.name, on))),
      camera.problem$.pipe(tap((problem) => problems.set(camera.name, problem))),
      camera.known$.pipe(tap((mood) => cameraMoods.set(camera.name, payloadOf(mood)))),
      camera.available$,
    );
    running.add(
      changes$.subscribe(() => {
        tellCamera(camera);
      }),
    );
  }
  for (const room of rooms)
    running.add(
      room.known$.subscribe((mood) => {
        roomMoods.set(room.name, payloadOf(mood));
        events$.next({ event: 'room', data: roomState(room) });
      }),
    );
  running.add(
    sources.home$.subscribe((mood) => {
      home = payloadOf(mood);
      events$.next({ event: 'home', data: home });
    }),
  );
  running.add(
    sources.connection$.subscribe((connection) => {
      broker = {
        connected: connection.state === 'online',
        ...(connection.state === 'offline' && { problem: connection.error.message }),
      };
      events$.next({ event: 'broker', data: broker });
    }),
  );
  running.add(
    sources.firings$.subscribe((data) => {
      events$.next({ event: 'rule', data });
    }),
  );
  running.add(
    sources.rulesChanged$.subscribe(() => {
      events$.next({ event: 'rules', data: sources.rules() });
    }),
  );
  running.add(
    sources.watched$.subscribe((names) => {
      const changed = cameras.filter(({ name }) => names.includes(name) !== watched.includes(name));
      watched = names;
      changed.forEach(tellCamera);
      events$.next({ event: 'privacy', data: privacyState() });
    }),
  );

  return {
    state: () => ({
      version: sources.version,
      startedAt: new Date(sources.startedAtMs).toISOString(),
      home,
      rooms: rooms.map(roomState),
      cameras: cameras.map(cameraState),
      broker,
      privacy: privacyState(),
      rules: sources.rules(),
    }),
    events$,
    stop: () => {
      running.unsubscribe();
      events$.complete();
    },
  };
}

function payloadOf(mood: Mood | undefined): MoodPayload | null {
  return mood === undefined ? null : (JSON.parse(moodPayload(mood)) as MoodPayload);
}
