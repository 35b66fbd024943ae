import type { Logger } from 'pino';
import { map, merge, type Observable, share, Subject, Subscription } from 'rxjs';
import { obeySwitches, saveSwitches } from './camera-switches.ts';
import type { Fault } from './config/fault.ts';
import type { MoodstatConfig } from './config/resolve-config.ts';
import type { Written } from './edit-home.ts';
import { joinMoods } from './join-moods.ts';
import type { Mood, MoodUpdate } from './mood/mood.ts';
import { knownMood } from './mood/until-stale.ts';
import { type DiscoveredCamera, discoveryMessages } from './publish/discovery.ts';
import { startEmbeddedBroker } from './publish/embedded-broker.ts';
import { MqttPublisher } from './publish/mqtt-publisher.ts';
import { publishCamera, publishMood } from './publish/publish-camera.ts';
import { publishDiscovery } from './publish/publish-discovery.ts';
import type { BackoffOptions } from './publish/reconnect-delay.ts';
import { createTopics } from './publish/topics.ts';
import { openHistory } from './record-history.ts';
import { retainedTopics, removeUnconfigured } from './retained-topics.ts';
import type { RuleSet } from './rules/keep-good-rules.ts';
import { readSavedRules, runRules, type RunRulesOptions } from './run-rules.ts';
import { servePage } from './serve-page.ts';
import { StateFile } from './state/state-file.ts';
import { tellBridge } from './tell-bridge.ts';
import { toMqttSettings } from './to-mqtt-settings.ts';
import { loadVision } from './vision/load-vision.ts';
import { type Watch, watchCamera } from './watch-camera.ts';
import type { RuleFiring } from './web/home-state.ts';

export interface DaemonOptions {
  readonly config: MoodstatConfig;
  readonly rules: RuleSet['rules'];
  /** Where the rules were written, for who asks for them. */
  readonly ruleTexts?: RuleSet['texts'];
  /** What is wrong with them. */
  readonly ruleFaults?: readonly Fault[];
  /** Reads the rules anew, when their files change or somebody asks; without it they stay as they are. */
  readonly loadRules?: RunRulesOptions['loadRules'];
  /** Where the configuration was read, so that the page can change it and the rules; without it, it cannot. */
  readonly written?: Written;
  readonly log: Logger;
  readonly version: string;
  /** What must outlive a restart is kept in this file. */
  readonly stateFile: string;
  /**
   * How whoever runs the daemon begins it anew when `restart` is asked for: `prepare` resolves when a new start can be
   * tried and rejects in words, `begin` follows once the request has its response. Without it the request is refused.
   */
  readonly restart?: { readonly prepare: () => Promise<unknown>; readonly begin: () => void };
  /** Waits before a lost camera or broker is tried again, when not the usual ones. */
  readonly backoff?: BackoffOptions;
}

export interface Daemon {
  /** Takes leave: publishes offline, closes cameras, connections and models. A second call waits for the first. */
  stop(): Promise<void>;
}

/**
 * Builds every stage and joins them: camera → newest frame → faces, tracks, emotions → smoothed → mood → MQTT, rules.
 * Rejects with a `ModelError`, a `BrokerError` (the embedded broker's port) or the state file's error. A camera or a
 * broker that is not there is no error: it is asked again and again.
 */
export async function startDaemon(options: DaemonOptions): Promise<Daemon> {
  const { config, rules, log, version, stateFile, backoff } = options;
  const startedAtMs = Date.now();
  const state = await StateFile.open(stateFile, log);
  const savedRules = await readSavedRules(stateFile, log);
  const vision = await loadVision(config.vision, config.cameras);
  for (const remark of vision.remarks) log.info(remark);
  const broker = config.broker.enabled ? await startEmbeddedBroker(config.broker) : undefined;
  const publisher = new MqttPublisher(toMqttSettings(config, broker?.url), { log, ...(backoff && { backoff }) });
  const topics = createTopics(config.mqtt.baseTopic);

  const watches = config.cameras.map((camera) =>
    watchCamera(camera, state.state.enabled[camera.name], options, vision),
  );
  const { rooms$, home$, watched$ } = joinMoods(watches, config.mood);
  const reported$ = merge(
    ...watches.map(updatesOf(({ moods$ }) => moods$)),
    rooms$,
    home$.pipe(map((mood): MoodUpdate => ({ camera: null, room: null, mood }))),
  ).pipe(share());

  const running = new Subscription();
  running.add(saveSwitches(watches, state));
  running.add(obeySwitches(publisher, topics, watches, log));
  const history = openHistory(config, stateFile, log);
  running.add(
    reported$.subscribe((update) => {
      history?.write({ type: 'mood', atMs: update.mood.atMs, update });
    }),
  );
  const firings$ = new Subject<RuleFiring>();
  const acting = runRules({
    config,
    ruleSet: { rules, texts: options.ruleTexts ?? new Map(), brokenFiles: [] },
    faults: options.ruleFaults,
    moods$: reported$,
    publisher,
    topics,
    log,
    stateFile,
    saved: savedRules,
    loadRules: options.loadRules,
    onFired: (fired) => {
      history?.write({ type: 'rule', ...fired });
      const { rule: id, atMs, outcome, reason } = fired;
      const alias = acting.inForce().find(({ rule }) => rule.id === id)?.rule.alias ?? null;
      firings$.next({ id, alias, at: new Date(atMs).toISOString(), outcome, reason });
    },
  });
  const prepareRestart = options.restart && { prepareRestart: options.restart.prepare };
  const reloadRules = options.loadRules && { reloadRules: () => acting.reload() };
  const requested = { watches, log, ruleRequests: acting.requests, ...reloadRules, ...prepareRestart };
  running.add(
    tellBridge(publisher, topics, { config, version, startedAtMs, ...requested }).subscribe(({ name, status }) => {
      if (name === 'restart' && status === 'ok') options.restart?.begin();
    }),
  );
  running.add(logMoods(reported$, log));
  const knownHome$ = knownMood(watched$, home$);
  running.add(
    knownHome$.subscribe((mood) => {
      publishMood(publisher, topics.home, mood);
    }),
  );
  const sensed = { watches, rooms$, home$: knownHome$, firings$, rules: acting };
  const editable = { stateFile, written: options.written, restart: options.restart };
  const page = await servePage({ config, version, startedAtMs, publisher, log, ...sensed, ...editable });
  const own = retainedTopics(topics, config.cameras);
  const forgotten = removeUnconfigured(publisher, state, own);
  publisher.start();
  for (const watch of watches) running.add(publishCamera(publisher, topics, watch));
  const { validForMs } = config.mood;
  running.add(publishDiscovery(publisher, topics, discoveryMessages(roomsOf(config), { topics, version, validForMs })));

  const stop = async (): Promise<void> => {
    running.unsubscribe();
    await page?.stop();
    await acting.stop();
    await history?.close();
    await publisher.stop();
    forgotten();
    await state.written();
    await broker?.stop();
    await vision.close();
  };
  let stopped: Promise<void> | undefined;
  return { stop: () => (stopped ??= stop()) };
}

function roomsOf({ cameras }: MoodstatConfig): DiscoveredCamera[] {
  return cameras.map(({ name, room }) => (room === undefined ? { name } : { name, room }));
}

function updatesOf(moodsOf: (watch: Watch) => Observable<Mood>): (watch: Watch) => Observable<MoodUpdate> {
  return (watch) => moodsOf(watch).pipe(map((mood) => ({ camera: watch.name, room: watch.room, mood })));
}

/** For who watches the terminal: each change of a mood, and no more. */
function logMoods(moods$: Observable<MoodUpdate>, log: Logger): Subscription {
  const last = new Map<string | null, Mood['mood']>();
  return moods$.subscribe(({ camera, room, mood: { mood, confidence, faces } }) => {
    // Who looks at one room by one camera would read everything twice.
    if (camera === null && room !== null) return;
    if (last.has(camera) && last.get(camera) === mood) return;
    last.set(camera, mood);
    const words =
      mood === null
        ? 'nobody visible'
        : `${mood} (${confidence.toFixed(2)}, ${faces} ${faces === 1 ? 'face' : 'faces'})`;
    log.info({ camera }, `${camera ?? 'home'}: ${words}`);
  });
}
