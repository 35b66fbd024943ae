import { unwatchFile, watchFile } from 'node:fs';
import type { Logger } from 'pino';
import { type Observable, Subject } from 'rxjs';
import { type Fault, formatFault } from './config/fault.ts';
import type { MoodstatConfig } from './config/resolve-config.ts';
import type { MoodUpdate } from './mood/mood.ts';
import type { RequestHandlers } from './publish/answer-requests.ts';
import type { Publisher } from './publish/publisher.ts';
import { rulePayload, traceFields } from './publish/rule-payload.ts';
import type { Topics } from './publish/topics.ts';
import { keepGoodRules, type RuleSet } from './rules/keep-good-rules.ts';
import { LocalClock } from './rules/local-clock.ts';
import { performRequest } from './rules/perform-request.ts';
import type { RuleText } from './rules/parse-rules.ts';
import type { Rule, RuleTrace, TraceOutcome } from './rules/rule.ts';
import { type Performer, RuleRunner } from './rules/rule-runner.ts';
import { createRulebook } from './rules/rulebook.ts';
import { parseSavedRules, type SavedRules } from './rules/saved-rules.ts';
import { TraceLog } from './rules/trace-log.ts';
import { readRulesState, rulesFile, writeRulesState } from './state/rules-file.ts';

export interface RunRulesOptions {
  readonly config: MoodstatConfig;
  readonly ruleSet: RuleSet;
  /** What is wrong with the rules' files. */
  readonly faults?: readonly Fault[] | undefined;
  readonly moods$: Observable<MoodUpdate>;
  readonly publisher: Publisher;
  readonly topics: Topics;
  readonly log: Logger;
  readonly stateFile: string;
  /** What was saved before; see `readSavedRules`. */
  readonly saved: SavedRules | undefined;
  /** Reads the rules anew, with their faults; rejects in words when the configuration has become faulty. */
  readonly loadRules: (() => Promise<RuleSet & { readonly faults: readonly Fault[] }>) | undefined;
  /** Told of each rule that fires, or would but for `dry_run`. */
  readonly onFired: (fired: {
    readonly rule: string;
    readonly atMs: number;
    readonly outcome: 'fired' | 'dry_run';
    readonly reason: string;
  }) => void;
}

/** A rule in force, as it was written. */
export interface RuleInForce {
  readonly rule: Rule;
  readonly text: RuleText | undefined;
}

/** Rules that run. */
export interface RunningRules {
  inForce(): readonly RuleInForce[];
  /** Faults of the rules as they were last read, as `file:line:column: message`. */
  faults(): readonly string[];
  /** Whenever they were read anew. */
  readonly reloaded$: Observable<unknown>;
  /** The last traces of a rule, the newest first. */
  traces(id: string): readonly RuleTrace[];
  /** What is read anew, and what became of it; rejects in words. */
  reload(): Promise<ReloadResult>;
  readonly requests: RequestHandlers;
  stop(): Promise<void>;
}

export interface ReloadResult {
  /** How many are in force. */
  readonly rules: number;
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
  /** Whose last good version stays, as the new one is faulty. */
  readonly kept: readonly string[];
  /** As `file:line:column: message`. */
  readonly faults: readonly string[];
}

/** Files are asked whether they have changed, as events of a file system get lost in containers and over networks. */
const LOOK_AT_FILES_MS = 2000;

const LEVELS: Readonly<Record<TraceOutcome, 'debug' | 'info' | 'warn' | 'error'>> = {
  fired: 'info',
  dry_run: 'info',
  queued: 'info',
  yielded: 'info',
  missed: 'warn',
  failed: 'warn',
  stopped: 'error',
  waiting: 'debug',
  cancelled: 'debug',
  cooldown: 'debug',
  condition: 'debug',
  quiet: 'debug',
  busy: 'debug',
};

/** What the rules remembered when moodstat stopped; undefined when there is nothing. */
export function readSavedRules(stateFile: string, log: Logger): Promise<SavedRules | undefined> {
  return readRulesState(rulesFile(stateFile), parseSavedRules, (message, err) => {
    log.error({ err }, message);
  });
}

/** Runs the rules over what is reported, so that whoever reads the topics can tell why a rule fired. */
export function runRules(options: RunRulesOptions): RunningRules {
  const { config, moods$, publisher, topics, log, stateFile, saved, loadRules, onFired } = options;
  const clock = new LocalClock(config.timeZone, config.location);
  const file = rulesFile(stateFile);
  const traces = new TraceLog();
  const reloaded$ = new Subject<ReloadResult>();
  let ruleSet = options.ruleSet;
  let faults = (options.faults ?? []).map(formatFault);
  const runner = new RuleRunner({
    book: createRulebook(ruleSet.rules, clock),
    moods$,
    listen: (filter) => publisher.listen(filter),
    performer: performerOf(publisher, log),
    onTrace: (trace) => {
      const { rule, atMs, outcome, reason } = trace;
      log[LEVELS[outcome]]({ rule }, `rule ${rule} ${outcome}: ${reason}`);
      publisher.send({ topic: topics.rule(rule), payload: rulePayload(trace, traces.of(rule)) });
      traces.add(trace);
      if (outcome === 'fired' || outcome === 'queued') onFired({ rule, atMs, outcome: 'fired', reason });
      if (outcome === 'dry_run') onFired({ rule, atMs, outcome, reason });
    },
    onError: (message, err) => {
      log.error({ err }, message);
    },
    save: (state) => writeRulesState(file, state),
    ...(saved && { saved }),
  });
  runner.start();

  const readAnew = async (asked: boolean): Promise<ReloadResult> => {
    if (!loadRules) throw new Error('rules cannot be read anew here; ask for `restart`');
    const { faults: found, ...read } = await loadRules();
    for (const fault of found) log[fault.severity === 'error' ? 'error' : 'warn'](formatFault(fault));
    const { added, changed, removed, kept, ...merged } = keepGoodRules(ruleSet, read);
    ruleSet = merged;
    faults = found.map(formatFault);
    traces.keep(new Set(merged.rules.map(({ id }) => id)));
    runner.replace(createRulebook(merged.rules, clock), asked);
    const count = merged.rules.length;
    log.info(
      `rules were read anew: ${count} in force, ${added.length} added, ${changed.length} changed, ${removed.length} removed`,
    );
    if (kept.length > 0) log.error(`the last good version stays of ${kept.join(', ')}: the new one is faulty`);
    const result = { rules: count, added, changed, removed, kept, faults };
    reloaded$.next(result);
    return result;
  };
  // One reading after the other: an editor that saves twice must not put the older text in force.
  let reading: Promise<unknown> = Promise.resolve();
  const reload = (asked: boolean): Promise<ReloadResult> => {
    const next = reading.then(() => readAnew(asked));
    reading = next.catch(() => undefined);
    return next;
  };
  const onChange = () => {
    reload(false).catch((err: unknown) => {
      log.error({ err }, 'rules could not be read anew; those in force stay');
    });
  };
  const files = loadRules ? config.rules : [];
  for (const one of files) watchFile(one, { interval: LOOK_AT_FILES_MS, persistent: false }, onChange);

  return {
    inForce: () => ruleSet.rules.map((rule) => ({ rule, text: ruleSet.texts.get(rule.id) })),
    faults: () => faults,
    reloaded$,
    traces: (id) => traces.of(id),
    reload: () => reload(true),
    requests: {
      'rules/list': () => ({
        rules: ruleSet.rules.map(({ id, alias, dryRun }) => {
          const [newest] = traces.of(id);
          return { id, alias: alias ?? null, dry_run: dryRun, last: newest ? traceFields(newest) : null };
        }),
      }),
      'rules/trace': ({ data }) => {
        const wanted = data['rule'];
        const rules = ruleSet.rules.filter(({ id }) => wanted === undefined || id === wanted);
        if (rules.length === 0) throw new Error(`no rule \`${String(wanted)}\` is in force`);
        return { rules: Object.fromEntries(rules.map(({ id }) => [id, traces.of(id).map(traceFields)])) };
      },
    },
    stop: async () => {
      for (const one of files) unwatchFile(one, onChange);
      await reading;
      await runner.stop();
    },
  };
}

function performerOf(publisher: Publisher, log: Logger): Performer {
  return {
    publish: ({ topic, payload, retain, qos }) => {
      const outcome = publisher.send({ topic, payload, retain, qos });
      if (outcome !== 'sent') log.warn({ topic }, `${topic}: not published, the broker is ${outcome}`);
    },
    log: ({ rule, level, message }) => {
      log[level]({ rule }, message);
    },
    request: performRequest,
  };
}
