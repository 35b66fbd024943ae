import type { Logger } from 'pino';
import {
  BehaviorSubject,
  catchError,
  concatMap,
  connect,
  defer,
  distinctUntilChanged,
  EMPTY,
  finalize,
  from,
  map,
  merge,
  type Observable,
  share,
  Subject,
  switchMap,
  tap,
} from 'rxjs';
import type { CameraSettings } from './capture/camera-settings.ts';
import { openCamera } from './capture/open-camera.ts';
import type { Frame } from './capture/frame.ts';
import { processNewest } from './capture/process-newest.ts';
import { type CameraState, superviseCamera } from './capture/supervise-camera.ts';
import type { CameraConfig, MoodstatConfig } from './config/resolve-config.ts';
import { CameraMeter } from './health/camera-meter.ts';
import type { View } from './live/draw-faces.ts';
import { cameraMood } from './mood/camera-mood.ts';
import { faceChanges } from './mood/face-changes.ts';
import type { Mood } from './mood/mood.ts';
import { reportMoods } from './mood/report-moods.ts';
import { steadyFaces } from './mood/steady-faces.ts';
import { knownMood } from './mood/until-stale.ts';
import type { CameraHealth } from './publish/bridge-payload.ts';
import type { CameraStreams } from './publish/publish-camera.ts';
import type { BackoffOptions } from './publish/reconnect-delay.ts';
import type { Vision } from './vision/load-vision.ts';
import { createObserver } from './vision/observe-frame.ts';

/** So much another emotion must lead before a face counts as changed. */
const FACE_MARGIN = 0.1;

/** One camera's part of the dataflow, with what the rest of the daemon needs of it. */
export interface Watch extends CameraStreams {
  readonly room: string | null;
  readonly enabled$: BehaviorSubject<boolean>;
  /** Why no frames come, in words without secrets; null while they do. */
  readonly problem$: Observable<string | null>;
  /** Each frame as it is about to be looked at; whoever listens decides what becomes of it, nothing is kept here. */
  readonly frames$: Observable<Frame>;
  /** What was seen, with the frame that it was seen in: while somebody listens, else no frame is kept for it. */
  readonly views$: Observable<View>;
  /** Every decided mood, those not worth reporting too. */
  readonly decided$: Observable<Mood>;
  readonly health: (nowMs: number) => CameraHealth;
}

export interface WatchOptions {
  readonly config: MoodstatConfig;
  readonly log: Logger;
  readonly backoff?: BackoffOptions;
}

/** The dataflow of one camera; opened by whoever subscribes to its streams, once for all of them. */
export function watchCamera(
  camera: CameraConfig,
  savedEnabled: boolean | undefined,
  { config, log, backoff }: WatchOptions,
  vision: Vision,
): Watch {
  const { name } = camera;
  const meter = new CameraMeter(Date.now());
  const enabled$ = new BehaviorSubject(savedEnabled ?? camera.enabled);
  const available$ = new BehaviorSubject(false);
  const problem$ = new BehaviorSubject<string | null>(null);
  const frames$ = new Subject<Frame>();
  const views$ = new Subject<View>();
  let restarts = 0;
  const onState = (change: CameraState): void => {
    if (change.state === 'opening') return;
    available$.next(change.state === 'online');
    if (change.state === 'online') {
      problem$.next(null);
      log.info({ camera: name }, `${name}: online`);
      return;
    }
    restarts++;
    // A camera that stays away is told of once, not with every try.
    const level = change.reason === problem$.value ? 'debug' : 'warn';
    problem$.next(change.reason);
    log[level](
      { camera: name },
      `${name}: ${change.reason}; trying again from ${(change.retryInMs / 1000).toFixed(1)} s on`,
    );
  };
  const leftOut = (reason: string): void => {
    meter.failed();
    log.warn({ camera: name }, `${name}: a frame was left out: ${reason}`);
  };
  // Whatever remembers (tracks, scores, the mood) begins anew each time the camera is switched on.
  const watched$ = defer(() => {
    let shown: Frame | undefined;
    const look = createObserver(vision.detectorFor(camera), vision.classifier, { ignoreZones: camera.ignoreZones });
    return openCamera(name, toCameraSettings(camera), { onSkipped: leftOut }).frames$.pipe(
      superviseCamera({
        // A camera that is asked for a frame now and then is not stalled between two of them.
        stallTimeoutMs: Math.max(camera.stallTimeoutMs, (3 * 1000) / camera.fps),
        finite: endsByItself(camera),
        onState,
        ...(backoff && { backoffMs: backoff.firstMs, maxBackoffMs: backoff.maxMs, stableAfterMs: backoff.stableMs }),
      }),
      processNewest(
        (frame) => {
          frames$.next(frame);
          shown = views$.observed ? frame : undefined;
          return from(look(frame)).pipe(
            catchError((error: unknown) => {
              leftOut(error instanceof Error ? error.message : String(error));
              return EMPTY;
            }),
          );
        },
        () => {
          meter.dropped();
        },
      ),
      steadyFaces(config.mood, vision.labelPrior),
      tap(({ faces }) => {
        if (!shown) return;
        views$.next({ frame: shown, faces });
        shown = undefined;
      }),
      connect((smoothed$) =>
        merge(
          smoothed$.pipe(
            cameraMood(config.mood),
            map((mood) => ({ mood })),
          ),
          smoothed$.pipe(
            faceChanges({ margin: FACE_MARGIN, forgetMs: config.mood.forgetMs }),
            map((face) => ({ face })),
          ),
        ),
      ),
      finalize(() => {
        shown = undefined;
        available$.next(false);
      }),
    );
  });
  const results$ = enabled$.pipe(
    distinctUntilChanged(),
    switchMap((on) => (on ? watched$ : EMPTY)),
    share(),
  );
  const decided$ = results$.pipe(
    concatMap((result) => ('mood' in result ? [result.mood] : [])),
    tap(({ atMs }) => {
      meter.seen(atMs, Date.now());
    }),
    share(),
  );
  const moods$ = decided$.pipe(reportMoods(config.mood), share());
  return {
    name,
    room: camera.room ?? null,
    enabled$,
    problem$: problem$.pipe(distinctUntilChanged()),
    frames$,
    views$,
    available$: available$.pipe(distinctUntilChanged()),
    decided$,
    moods$,
    known$: knownMood(enabled$.pipe(distinctUntilChanged()), moods$),
    faces$: results$.pipe(concatMap((result) => ('face' in result ? [result.face] : []))),
    health: (nowMs) => ({
      state: !enabled$.value ? 'off' : available$.value ? 'online' : 'offline',
      restarts,
      ...meter.read(nowMs),
    }),
  };
}

function toCameraSettings({ source, ...camera }: CameraConfig): CameraSettings {
  return { ...camera, source: source.location };
}

/** Only what lies on disk can end by itself, and only when it is not played again. */
function endsByItself({ source, loop }: CameraConfig): boolean {
  return !loop && (source.kind === 'path' || source.kind === 'demo');
}
