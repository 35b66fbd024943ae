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
  skip,
  Subscription,
  switchMap,
  tap,
  timer,
} from 'rxjs';
import type { CameraSettings } from './capture/camera-settings.ts';
import { openCamera } from './capture/open-camera.ts';
import { processNewest } from './capture/process-newest.ts';
import { type CameraState, superviseCamera } from './capture/supervise-camera.ts';
import type { CameraConfig, MoodstatConfig } from './config/resolve-config.ts';
import { CameraMeter } from './health/camera-meter.ts';
import { combineHome } from './mood/combine-home.ts';
import { decideMood } from './mood/decide-mood.ts';
import { evidenceOfFaces } from './mood/evidence.ts';
import { faceChanges } from './mood/face-changes.ts';
import type { Mood, MoodUpdate } from './mood/mood.ts';
import { reportMoods } from './mood/report-moods.ts';
import { smoothFaces } from './mood/smooth-faces.ts';
import { answerRequests } from './publish/answer-requests.ts';
import { bridgeHealthPayload, bridgeInfoPayload, type CameraHealth } from './publish/bridge-payload.ts';
import { startEmbeddedBroker } from './publish/embedded-broker.ts';
import { MqttPublisher } from './publish/mqtt-publisher.ts';
import type { MqttSettings } from './publish/mqtt-settings.ts';
import { parseSwitch } from './publish/payload.ts';
import { type CameraStreams, publishCamera, publishMood } from './publish/publish-camera.ts';
import type { Publisher } from './publish/publisher.ts';
import { rulePayload } from './publish/rule-payload.ts';
import { cameraOfEnabledSet, createTopics, type Topics } from './publish/topics.ts';
import type { Rule } from './rules/rule.ts';
import { type ActionSink, runActions } from './rules/run-actions.ts';
import { runRules } from './rules/rule-engine.ts';
import { readState, writeState } from './state/state-file.ts';
import { createObserver } from './vision/observe-frame.ts';
import { loadVision, type Vision } from './vision/load-vision.ts';

export interface DaemonOptions {
  readonly config: MoodstatConfig;
  readonly rules: readonly Rule[];
  readonly log: Logger;
  readonly version: string;
  /** What must outlive a restart is kept in this file. */
  readonly stateFile: string;
}

export interface Daemon {
  /** Takes leave: publishes offline, closes cameras, connections and models. */
  stop(): Promise<void>;
}

const HEALTH_EVERY_MS = 30_000;

/** So much another emotion must lead before a face counts as changed. */
const FACE_MARGIN = 0.1;

/** One camera's part of the dataflow, with what the rest of the daemon needs of it. */
interface Watch extends CameraStreams {
  readonly enabled$: BehaviorSubject<boolean>;
  /** Every decided mood, those not worth reporting too. */
  readonly decided$: Observable<Mood>;
  readonly health: (nowMs: number) => CameraHealth;
}

/**
 * Builds every stage and joins them: camera → newest frame → faces, tracks, emotions → smoothed → mood → MQTT, rules.
 * Rejects with a `ModelError`, a `BrokerError` (the embedded broker's port) or the state file's error. A camera or a
 * broker that is not there is no error: it is asked again and again.
 */
export async function startDaemon({ config, rules, log, version, stateFile }: DaemonOptions): Promise<Daemon> {
  const startedAtMs = Date.now();
  const saved = await readState(stateFile);
  const vision = await loadVision(config.vision, config.cameras);
  const broker = config.broker.enabled ? await startEmbeddedBroker(config.broker) : undefined;
  const publisher = new MqttPublisher(toMqttSettings(config, broker?.url), { log });
  const topics = createTopics(config.mqtt.baseTopic);

  const watches = config.cameras.map((camera) => watchCamera(camera, saved.enabled[camera.name], config, vision, log));
  const home$ = merge(...watches.map(updatesOf(({ decided$ }) => decided$))).pipe(
    combineHome(),
    // Each camera has waited already before it said that nobody is there.
    decideMood({ ...config.mood, absentAfterMs: 0 }),
    reportMoods(config.mood),
    share(),
  );
  const reported$ = merge(
    ...watches.map(updatesOf(({ moods$ }) => moods$)),
    home$.pipe(map((mood): MoodUpdate => ({ camera: null, mood }))),
  ).pipe(share());

  const running = new Subscription();
  const saving = saveSwitches(watches, saved.enabled, stateFile, log);
  running.add(saving.subscription);
  running.add(obeySwitches(publisher, topics, watches, log));
  running.add(actByRules(rules, reported$, publisher, topics, log));
  running.add(tellBridge(publisher, topics, watches, { config, version, startedAtMs }));
  running.add(logMoods(reported$, log));
  running.add(
    home$.subscribe((mood) => {
      publishMood(publisher, topics.home, mood);
    }),
  );
  publisher.start();
  for (const watch of watches) running.add(publishCamera(publisher, topics, watch));

  return {
    async stop() {
      running.unsubscribe();
      await saving.done();
      await publisher.stop();
      await broker?.stop();
      await vision.close();
    },
  };
}

/** The dataflow of one camera; opened by whoever subscribes to its streams, once for all of them. */
function watchCamera(
  camera: CameraConfig,
  savedEnabled: boolean | undefined,
  config: MoodstatConfig,
  vision: Vision,
  log: Logger,
): Watch {
  const { name } = camera;
  const meter = new CameraMeter(Date.now());
  const enabled$ = new BehaviorSubject(savedEnabled ?? camera.enabled);
  const available$ = new BehaviorSubject(false);
  let restarts = 0;
  const onState = (change: CameraState): void => {
    if (change.state === 'opening') return;
    available$.next(change.state === 'online');
    if (change.state === 'online') {
      log.info({ camera: name }, `${name}: online`);
      return;
    }
    restarts++;
    log.warn({ camera: name }, `${name}: ${change.reason}; next try in ${(change.retryInMs / 1000).toFixed(1)} s`);
  };
  const leftOut = (reason: string): void => {
    meter.failed();
    log.warn({ camera: name }, `${name}: a frame was left out: ${reason}`);
  };
  // Whatever remembers (tracks, scores, the mood) begins anew each time the camera is switched on.
  const watched$ = defer(() => {
    const look = createObserver(vision.detectorFor(camera), vision.classifier);
    return openCamera(name, toCameraSettings(camera), { onSkipped: leftOut }).frames$.pipe(
      superviseCamera({ stallTimeoutMs: camera.stallTimeoutMs, finite: isFinite(camera), onState }),
      processNewest(
        (frame) =>
          from(look(frame)).pipe(
            catchError((error: unknown) => {
              leftOut(error instanceof Error ? error.message : String(error));
              return EMPTY;
            }),
          ),
        () => {
          meter.dropped();
        },
      ),
      smoothFaces(config.mood),
      connect((smoothed$) =>
        merge(
          smoothed$.pipe(
            map(evidenceOfFaces),
            decideMood(config.mood),
            map((mood) => ({ mood })),
          ),
          smoothed$.pipe(
            faceChanges({ margin: FACE_MARGIN, forgetMs: config.mood.forgetMs }),
            map((face) => ({ face })),
          ),
        ),
      ),
      finalize(() => {
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
  return {
    name,
    enabled$,
    available$: available$.pipe(distinctUntilChanged()),
    decided$,
    moods$: decided$.pipe(reportMoods(config.mood), share()),
    faces$: results$.pipe(concatMap((result) => ('face' in result ? [result.face] : []))),
    health: (nowMs) => ({
      state: !enabled$.value ? 'off' : available$.value ? 'online' : 'offline',
      restarts,
      ...meter.read(nowMs),
    }),
  };
}

function toMqttSettings({ mqtt }: MoodstatConfig, embeddedUrl: string | undefined): MqttSettings {
  const { username, password, ca, ...rest } = mqtt;
  return {
    ...rest,
    // The embedded broker speaks 3.1.1 only: asking it for MQTT 5 first would cost a round trip at every start.
    ...(mqtt.url === embeddedUrl ? { protocol: 4 } : {}),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(ca === undefined ? {} : { ca }),
  };
}

function toCameraSettings({ source, ...camera }: CameraConfig): CameraSettings {
  return { ...camera, source: source.location };
}

/** Only what lies on disk can end by itself, and only when it is not played again. */
function isFinite({ source, loop }: CameraConfig): boolean {
  return !loop && (source.kind === 'path' || source.kind === 'demo');
}

function updatesOf(moodsOf: (watch: Watch) => Observable<Mood>): (watch: Watch) => Observable<MoodUpdate> {
  return (watch) => moodsOf(watch).pipe(map((mood) => ({ camera: watch.name, mood })));
}

/** Cameras are switched by what comes on their topic now; a retained command is an old one. */
function obeySwitches(publisher: Publisher, topics: Topics, watches: readonly Watch[], log: Logger): Subscription {
  return publisher.listen(topics.filters.enabledSet).subscribe(({ topic, payload, retained }) => {
    const watch = watches.find(({ name }) => name === cameraOfEnabledSet(topic, topics));
    if (!watch || retained) return;
    const on = parseSwitch(payload);
    if (on === undefined) {
      log.warn({ camera: watch.name }, `${topic}: expected ON or OFF`);
      return;
    }
    log.info({ camera: watch.name }, `${watch.name}: switched ${on ? 'on' : 'off'}`);
    watch.enabled$.next(on);
  });
}

/** Writes each switching down, one write after the other; `done` waits for the last one. */
function saveSwitches(
  watches: readonly Watch[],
  saved: Readonly<Record<string, boolean>>,
  stateFile: string,
  log: Logger,
) {
  let enabled = saved;
  let writing = Promise.resolve();
  const subscription = merge(
    ...watches.map(({ name, enabled$ }) =>
      enabled$.pipe(
        distinctUntilChanged(),
        skip(1),
        map((on) => [name, on] as const),
      ),
    ),
  ).subscribe(([name, on]) => {
    enabled = { ...enabled, [name]: on };
    const state = { enabled };
    writing = writing
      .then(() => writeState(stateFile, state))
      .catch((err: unknown) => {
        log.error(
          { err },
          `${stateFile}: cannot be written; ${name} will not stay ${on ? 'on' : 'off'} after a restart`,
        );
      });
  });
  return { subscription, done: () => writing };
}

/** Runs the rules over what is reported, so that whoever reads the topics can tell why a rule fired. */
function actByRules(
  rules: readonly Rule[],
  moods$: Observable<MoodUpdate>,
  publisher: Publisher,
  topics: Topics,
  log: Logger,
): Subscription {
  const sink: ActionSink = {
    publish(topic, payload, options) {
      const outcome = publisher.send({ topic, payload, ...options });
      if (outcome !== 'sent') log.warn({ topic }, `${topic}: not published, the broker is ${outcome}`);
    },
    log(level, message, fields) {
      log[level](fields, message);
    },
  };
  return runRules(rules, moods$).subscribe((outcome) => {
    const { trace } = outcome;
    log[trace.outcome === 'fired' ? 'info' : 'debug'](
      { rule: trace.rule },
      `rule ${trace.rule} ${trace.outcome}: ${trace.reason}`,
    );
    publisher.send({ topic: topics.rule(trace.rule), payload: rulePayload(trace) });
    runActions(outcome, sink);
  });
}

/** `bridge/info` whenever the connection is new, `bridge/health` now and then, and answers to who asks. */
function tellBridge(
  publisher: Publisher,
  topics: Topics,
  watches: readonly Watch[],
  { config, version, startedAtMs }: { config: MoodstatConfig; version: string; startedAtMs: number },
): Subscription {
  const health = () => {
    const { reconnects, sent, dropped } = publisher.counters;
    const atMs = Date.now();
    return bridgeHealthPayload({
      atMs,
      uptimeMs: atMs - startedAtMs,
      rssBytes: process.memoryUsage.rss(),
      brokerReconnects: reconnects,
      messagesSent: sent,
      messagesDropped: dropped,
      cameras: Object.fromEntries(watches.map((watch) => [watch.name, watch.health(atMs)])),
    });
  };
  const told = merge(
    publisher.connection$.pipe(
      tap((connection) => {
        if (connection.state !== 'online') return;
        const info = { version, startedAtMs, node: process.version, protocol: connection.protocol, config };
        publisher.publishState({ topic: topics.bridgeInfo, payload: bridgeInfoPayload(info) });
      }),
    ),
    timer(0, HEALTH_EVERY_MS).pipe(
      tap(() => {
        publisher.publishState({ topic: topics.bridgeHealth, payload: health() });
      }),
    ),
  ).subscribe();
  told.add(answerRequests(publisher, topics, { health_check: () => JSON.parse(health()) as unknown }));
  return told;
}

/** For who watches the terminal: each change of a mood, and no more. */
function logMoods(moods$: Observable<MoodUpdate>, log: Logger): Subscription {
  const last = new Map<string | null, Mood['mood']>();
  return moods$.subscribe(({ camera, mood: { mood, confidence, faces } }) => {
    if (last.has(camera) && last.get(camera) === mood) return;
    last.set(camera, mood);
    const words =
      mood === null
        ? 'nobody visible'
        : `${mood} (${confidence.toFixed(2)}, ${faces} ${faces === 1 ? 'face' : 'faces'})`;
    log.info({ camera }, `${camera ?? 'home'}: ${words}`);
  });
}
