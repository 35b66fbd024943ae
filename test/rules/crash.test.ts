import fc from 'fast-check';
import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { FakePublisher } from '../fakes/fake-publisher.ts';
import type { MoodUpdate } from '../../src/mood/mood.ts';
import type { Action, Rule } from '../../src/rules/rule.ts';
import { RuleRunner } from '../../src/rules/rule-runner.ts';
import { parseSavedRules } from '../../src/rules/saved-rules.ts';
import { EMOTIONS } from '../../src/vision/emotion.ts';
import { ManualScheduler } from './manual-scheduler.ts';
import { moodAt, moodTrigger, ruleOf } from './moods.ts';
import { bookOf } from './play-rules.ts';

// A recorded hour, lived through with reloads, crashes and restarts at any point of it.

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 1, 12);
const HOLD_MS = 30_000;
const DELAY_MS = 20_000;
const COOLDOWN_MS = 300_000;
const EVERY_MS = 600_000;

const SINCE = '{{ mood.since }}';
const say = (topic: string, payload = SINCE): Action => ({
  action: 'mqtt.publish',
  topic,
  payload,
  retain: false,
  qos: 1,
});

const RULES: readonly Rule[] = [
  ruleOf(moodTrigger({ to: ['happy'] }), { id: 'at-once', actions: [say('at-once')] }),
  ruleOf(moodTrigger({ to: ['sad'], forMs: HOLD_MS }), { id: 'held', actions: [say('held')] }),
  ruleOf(moodTrigger({ to: ['angry'] }), {
    id: 'later',
    mode: 'parallel',
    max: 100,
    actions: [say('begin'), { action: 'delay', forMs: DELAY_MS }, say('end')],
  }),
  ruleOf(moodTrigger({ to: undefined }), {
    id: 'seldom',
    cooldownMs: COOLDOWN_MS,
    actions: [say('seldom', '{{ trigger.at }}')],
  }),
  ruleOf(
    { trigger: 'time', at: [], everyMs: EVERY_MS, weekdays: undefined },
    { id: 'often', actions: [say('often', '{{ trigger.at }}')] },
  ),
  ruleOf(moodTrigger({ to: ['fear'] }), {
    id: 'asks',
    mode: 'queued',
    max: 100,
    actions: [
      {
        action: 'http.request',
        method: 'POST',
        url: 'http://x/',
        headers: {},
        body: { json: SINCE },
        timeoutMs: 1000,
        retries: 0,
        backoffMs: 1000,
      },
      say('asked'),
    ],
  }),
];
const other = (n: number) => ruleOf(moodTrigger({ camera: 'b', to: ['happy'] }), { id: 'other', cooldownMs: n });

/** One mood of the hour: its name, from when to when, and when it was told. */
interface Episode {
  readonly mood: (typeof EMOTIONS)[number];
  readonly fromMs: number;
  readonly untilMs: number;
  readonly toldMs: readonly number[];
}

/** Moods of 4 to 90 s, each told at once and every 10 s while it holds. */
const anyHour = fc
  .array(fc.record({ mood: fc.constantFrom(...EMOTIONS), lastsMs: fc.integer({ min: 4000, max: 90_000 }) }), {
    minLength: 120,
    maxLength: 120,
  })
  .map((moods): Episode[] => {
    const episodes: Episode[] = [];
    let fromMs = START;
    for (const { mood, lastsMs } of moods) {
      if (fromMs >= START + HOUR || episodes.at(-1)?.mood === mood) continue;
      const untilMs = Math.min(START + HOUR, fromMs + lastsMs);
      const toldMs = Array.from({ length: Math.ceil((untilMs - fromMs) / 10_000) }, (_, i) => fromMs + i * 10_000);
      episodes.push({ mood, fromMs, untilMs, toldMs });
      fromMs = untilMs;
    }
    return episodes;
  });

const anyTrouble = fc.record({
  atMs: fc.integer({ min: START, max: START + HOUR }),
  /** A crash at once; or with the next writing: before it, after it, or when so many of its actions are done. */
  kind: fc.constantFrom(
    'reload' as const,
    'stop' as const,
    'crash' as const,
    'unwritten' as const,
    'written' as const,
    'halfway' as const,
  ),
  outageMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 60_000 })),
});

/** What is there in the end: done, or decided when the crash came and never done. */
interface Lived {
  readonly done: { readonly what: string; readonly atMs: number }[];
  readonly lost: Set<string>;
  /** From a start to its end, by a stop or a crash. */
  readonly lives: { readonly fromMs: number; untilMs: number }[];
}

async function live(
  hour: readonly Episode[],
  troubles: readonly (typeof anyTrouble extends fc.Arbitrary<infer T> ? T : never)[],
): Promise<Lived> {
  const scheduler = new ManualScheduler(START - 1);
  const lived: Lived = { done: [], lost: new Set(), lives: [] };
  let stored: string | undefined;
  let saves = 0;
  let begun = 0;

  const begin = () => {
    const life = { fromMs: scheduler.now(), untilMs: Infinity };
    lived.lives.push(life);
    const moods$ = new Subject<MoodUpdate>();
    const publisher = new FakePublisher();
    let armed: 'unwritten' | 'written' | 'halfway' | undefined;
    let dead = false;
    const die = () => {
      dead = true;
      life.untilMs = scheduler.now();
    };
    const act = (what: string) => {
      if (dead) lived.lost.add(what);
      else lived.done.push({ what, atMs: scheduler.now() });
      if (armed === 'halfway') die();
    };
    const runner = new RuleRunner({
      book: bookOf([...RULES, other(begun++)]),
      moods$,
      listen: (filter) => publisher.listen(filter),
      performer: {
        publish: ({ topic, payload }) => {
          act(`${topic} ${payload}`);
        },
        log: () => undefined,
        request: ({ body }) => {
          act(`request ${JSON.stringify(body)}`);
          return Promise.resolve({ ok: true, detail: '' });
        },
      },
      onTrace: () => undefined,
      onError: (_, error) => {
        if (!dead) throw error;
      },
      save: (saved) => {
        saves++;
        if (armed === 'unwritten') die();
        if (dead) return Promise.reject(new Error('crashed'));
        stored = JSON.stringify(saved);
        if (armed === 'written') die();
        return Promise.resolve();
      },
      ...(stored !== undefined && { saved: parseSavedRules(JSON.parse(stored)) }),
      scheduler,
    });
    runner.start();
    return {
      moods$,
      runner,
      arm: (how: typeof armed) => (armed = how),
      die,
      isDead: () => dead,
    };
  };

  const now: { home: ReturnType<typeof begin> | undefined } = { home: begin() };
  let restartMs = Infinity;
  /** Lets what was decided be written and done. */
  const settle = async () => {
    for (let seen = -1; seen !== saves;) {
      seen = saves;
      for (let i = 0; i < 12; i++) await Promise.resolve();
    }
  };
  const bury = async (outageMs: number) => {
    // What the dead one still decides is lost; it must do nothing more.
    await settle();
    void now.home?.runner.stop();
    await settle();
    now.home = undefined;
    restartMs = scheduler.now() + outageMs;
  };
  const passTo = async (untilMs: number, outageMs: number) => {
    for (let before = saves; ; before = saves) {
      if (!now.home && restartMs <= untilMs) {
        while (scheduler.next(restartMs));
        restartMs = Infinity;
        now.home = begin();
      } else if (!scheduler.next(untilMs)) return;
      if (saves !== before) await settle();
      if (now.home?.isDead()) await bury(outageMs);
    }
  };
  const told = hour.flatMap((episode) => episode.toldMs.map((atMs) => ({ atMs, episode, trouble: undefined })));
  const events = [...told, ...troubles.map((trouble) => ({ atMs: trouble.atMs, episode: undefined, trouble }))].sort(
    (a, b) => a.atMs - b.atMs,
  );
  let outageMs = 0;
  for (const { atMs, episode, trouble } of events) {
    await passTo(atMs, outageMs);
    if (!now.home) continue;
    const before = saves;
    if (episode) {
      const mood = moodAt(episode.mood, atMs, { sinceMs: episode.fromMs });
      now.home.moods$.next({ camera: 'a', room: null, mood });
    } else {
      ({ outageMs } = trouble);
      if (trouble.kind === 'reload') now.home.runner.replace(bookOf([...RULES, other(begun++)]), false);
      else if (trouble.kind === 'stop') {
        await now.home.runner.stop();
        now.home.die();
      } else if (trouble.kind === 'crash') now.home.die();
      else now.home.arm(trouble.kind);
    }
    if (saves !== before) await settle();
    if (now.home.isDead()) await bury(outageMs);
  }
  await passTo(START + HOUR + 120_000, outageMs);
  for (const life of lived.lives) life.untilMs = Math.min(life.untilMs, scheduler.now());
  return lived;
}

/** Whether one life watched from one time to another. */
function watched(lives: Lived['lives'], fromMs: number, toMs: number): boolean {
  return lives.some((life) => life.fromMs < fromMs && toMs < life.untilMs);
}

/** Whether an absence lies between an earlier sad time and this one, and nothing else was seen between them. */
function seemsOne(hour: readonly Episode[], lives: Lived['lives'], sad: Pick<Episode, 'fromMs' | 'untilMs'>): boolean {
  const told = hour.flatMap(({ mood, toldMs }) => toldMs.map((atMs) => ({ mood, atMs })));
  return lives.slice(1).some(({ fromMs: startMs }) => {
    const first = told.find(({ atMs }) => atMs >= startMs);
    if (!first || first.atMs < sad.fromMs || first.atMs >= sad.untilMs) return false;
    const seen = told.filter(({ atMs }) =>
      lives.some((life) => life.untilMs <= startMs && life.fromMs <= atMs && atMs < life.untilMs),
    );
    const last = seen.at(-1);
    return last?.mood === 'sad' && last.atMs < sad.fromMs;
  });
}

describe('for any reloads, crashes and restarts in an hour', () => {
  it('no action is lost but those pending at a crash, and none is done twice', { timeout: 600_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(anyHour, fc.array(anyTrouble, { maxLength: 6 }), async (hour, troubles) => {
        const { done, lost, lives } = await live(hour, troubles);
        const all = done.map(({ what }) => what);
        const of = (topic: string) => done.filter(({ what }) => what.startsWith(`${topic} `));
        const has = (what: string) => all.includes(what) || lost.has(what);
        const iso = (ms: number) => new Date(ms).toISOString();

        // Nothing twice: each episode gives each action at most once.
        expect(all.filter((what, i) => all.indexOf(what) !== i)).toEqual([]);
        const slots = of('often').map(({ what }) => Math.floor(Date.parse(what.slice(6)) / EVERY_MS));
        expect(new Set(slots).size).toBe(slots.length);
        of('seldom').forEach(({ what }, i, all) => {
          const at = (one: string) => Date.parse(one.slice(7));
          if (i > 0) expect(at(what) - at(all[i - 1]!.what)).toBeGreaterThanOrEqual(COOLDOWN_MS);
        });

        // Nothing lost: what one life saw change is answered, …
        hour.forEach(({ mood, fromMs, untilMs, toldMs }, i) => {
          const before = hour[i - 1]?.toldMs.at(-1);
          const saw = before !== undefined && watched(lives, before, fromMs);
          if (saw && mood === 'happy') expect(has(`at-once ${iso(fromMs)}`)).toBe(true);
          if (saw && mood === 'angry') expect(has(`begin ${iso(fromMs)}`)).toBe(true);
          if (saw && mood === 'fear') expect(has(`request {"json":"${iso(fromMs)}"}`)).toBe(true);
          if (mood !== 'sad') return;
          // (Where the last mood before an absence was sad, and the first one after it is, nobody can tell two sad times
          // from one; nor when the crash came before the end of the first was written down.)
          if (seemsOne(hour, lives, { fromMs, untilMs })) return;
          // … what held for its time while somebody watched, …
          const first = toldMs.find((atMs) => watched(lives, atMs, Math.min(atMs + HOLD_MS, untilMs - 1)));
          if (first !== undefined && first + HOLD_MS < untilMs) expect(has(`held ${iso(fromMs)}`)).toBe(true);
          // … and also when it was written down before the crash, and a mood told afterwards that it still held.
          const bridged =
            saw &&
            watched(lives, fromMs, fromMs + 1500) &&
            toldMs.some((atMs) => atMs >= fromMs + HOLD_MS && watched(lives, atMs, atMs));
          if (bridged) expect(has(`held ${iso(fromMs)}`)).toBe(true);
        });
        // … what has begun is ended, …
        for (const { what } of of('begin')) expect(has(what.replace('begin', 'end'))).toBe(true);
        for (const { what } of of('request'))
          expect(has(`asked ${(JSON.parse(what.slice(8)) as { json: string }).json}`)).toBe(true);
        // … and times are kept, if late.
        for (let atMs = START + EVERY_MS; atMs <= START + HOUR; atMs += EVERY_MS) {
          const slot = [...all, ...lost].filter((what) => what.startsWith('often '));
          expect(slot.map((what) => Math.floor(Date.parse(what.slice(6)) / EVERY_MS))).toContain(atMs / EVERY_MS);
        }
      }),
      { numRuns: 2000, seed: 20_260_101 },
    );
  });
});
