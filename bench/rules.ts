// npm run bench:rules: what a mood costs with ten thousand rules beside one, what the rules weigh, and how fast a
// recorded day is rehearsed. Ratios come from one run of one process, so that they mean something on any machine.
import type { Mood } from '../src/mood/mood.ts';
import { LocalClock } from '../src/rules/local-clock.ts';
import { Rehearser } from '../src/rules/rehearse.ts';
import { DEFAULT_BRAKE, type Rule } from '../src/rules/rule.ts';
import { RuleMemory } from '../src/rules/rule-memory.ts';
import { createRulebook } from '../src/rules/rulebook.ts';
import { saveRules } from '../src/rules/saved-rules.ts';
import { entryScript } from '../src/training/entry.ts';
import { EMOTIONS } from '../src/vision/emotion.ts';

const MANY = 10_000;
const STEPS = 2000;
const CLOCK = new LocalClock('Europe/Berlin');

function rule(id: string, camera: string): Rule {
  return {
    id,
    alias: undefined,
    triggers: [
      { trigger: 'mood', camera, room: null, from: undefined, to: ['sad', 'fear'], minConfidence: 0, forMs: 30_000 },
      {
        trigger: 'numeric',
        camera,
        room: null,
        attribute: 'valence',
        above: undefined,
        below: -0.4,
        hysteresis: 0.1,
        forMs: 60_000,
      },
    ],
    conditions: [
      { condition: 'time', after: { secondOfDay: 64_800 }, before: { secondOfDay: 3600 }, weekdays: undefined },
    ],
    actions: [
      { action: 'mqtt.publish', topic: `lamp/${id}/set`, payload: { brightness: 120 }, retain: false, qos: 1 },
      { action: 'delay', forMs: 600_000 },
      { action: 'log', message: '{{ mood.mood }}', level: 'info' },
    ],
    mode: 'single',
    max: 10,
    cooldownMs: 900_000,
    cooldownPer: 'rule',
    yieldTo: undefined,
    dryRun: false,
    quiet: [],
    brake: DEFAULT_BRAKE,
  };
}

/** The moods of a camera, one a second, another emotion every 40 s. */
function mood(i: number, startMs: number): Mood {
  const emotion = EMOTIONS[Math.floor(i / 40) % EMOTIONS.length]!;
  const atMs = startMs + i * 1000;
  const scores = Object.fromEntries(EMOTIONS.map((name) => [name, name === emotion ? 0.8 : 0.03])) as Mood['scores'];
  return {
    mood: emotion,
    confidence: 0.8,
    valence: emotion === 'happy' ? 0.6 : -0.5 * Math.sin(i / 100),
    arousal: 0.3,
    faces: 1,
    scores,
    sinceMs: atMs - (i % 40) * 1000,
    atMs,
    validUntilMs: atMs + 15_000,
  };
}

/** Median µs of a step with a mood of the camera `here`. */
function measureStep(rules: readonly Rule[], steps = STEPS): number {
  const start = Date.UTC(2026, 0, 1);
  const memory = new RuleMemory(createRulebook(rules, CLOCK), start);
  const times: number[] = [];
  for (let i = 0; i < steps; i++) {
    const update = { camera: 'here', room: null, mood: mood(i, start) };
    const beginNs = process.hrtime.bigint();
    memory.step({ type: 'mood', update }, update.mood.atMs);
    times.push(Number(process.hrtime.bigint() - beginNs) / 1000);
  }
  return times.slice(steps / 4).sort((a, b) => a - b)[Math.floor((steps * 3) / 8)]!;
}

function heapBytes(): number {
  if (!globalThis.gc) throw new Error('run with --expose-gc');
  globalThis.gc();
  return process.memoryUsage().heapUsed;
}

/** Bytes that many rules take, ready to run, and that their memory takes once each has seen moods. */
function measureMemory(): { bookBytes: number; stateBytes: number; savedBytes: number } {
  const rules = Array.from({ length: MANY }, (_, i) => rule(`r${i}`, `c${i % 100}`));
  const before = heapBytes();
  const book = createRulebook(rules, CLOCK);
  const withBook = heapBytes();
  const memory = new RuleMemory(book, 0);
  // Up to where everybody is afraid, so that every rule waits.
  for (let i = 0; i < 35; i++)
    for (let camera = 0; camera < 100; camera++)
      memory.step(
        { type: 'mood', update: { camera: `c${camera}`, room: null, mood: mood(i + 75, 0) } },
        (i + 75) * 1000,
      );
  const withState = heapBytes();
  const savedBytes = Buffer.byteLength(JSON.stringify(saveRules(memory, 0)));
  return { bookBytes: withBook - before, stateBytes: withState - withBook, savedBytes };
}

/** Seconds for a day of moods, one a second at a camera and at the home, against the rules of a home. */
function measureDay(): { seconds: number; moods: number; firings: number } {
  const rules = Array.from({ length: 20 }, (_, i) => rule(`r${i}`, 'here'));
  const rehearser = new Rehearser(rules, CLOCK);
  const start = Date.UTC(2026, 0, 1);
  const beginMs = performance.now();
  for (let i = 0; i < 86_400; i++) {
    rehearser.see({ camera: 'here', room: null, mood: mood(i, start) });
    rehearser.see({ camera: null, room: null, mood: mood(i, start) });
  }
  const { moods, firings } = rehearser.end();
  return { seconds: (performance.now() - beginMs) / 1000, moods, firings: firings.length };
}

const values = entryScript('npm run bench:rules --', 'What ten thousand rules cost.')
  .option('--json', 'one JSON object')
  .parse()
  .opts();
const one = [rule('one', 'here')];
const elsewhere = Array.from({ length: MANY - 1 }, (_, i) => rule(`r${i}`, `c${i}`));
// Warm, or the first to be measured would pay for the compiler.
for (let i = 0; i < 5; i++) measureStep(one);
const alone = measureStep(one);
const besides = measureStep([...one, ...elsewhere]);
const everywhere = measureStep(
  Array.from({ length: MANY }, (_, i) => rule(`r${i}`, 'here')),
  60,
);
const memory = measureMemory();
const day = measureDay();
const results = {
  rules: MANY,
  step_us: { one_rule: alone, one_among_many: besides, all_look_at_it: everywhere },
  ratio_one_among_many: besides / alone,
  all_look_at_it_us_per_rule: everywhere / MANY,
  memory_bytes_per_rule: {
    ready: memory.bookBytes / MANY,
    remembered: memory.stateBytes / MANY,
    saved: memory.savedBytes / MANY,
  },
  rehearsed_day: { seconds: day.seconds, moods: day.moods, rules: 20, firings: day.firings },
};
if (values.json) console.log(JSON.stringify(results));
else {
  const us = (value: number) => `${value.toFixed(1).padStart(9)} µs`;
  console.log(`a mood, with one rule that looks at its camera              ${us(alone)}`);
  console.log(
    `a mood, with ${MANY} rules, one of which looks at its camera ${us(besides)}   ${(besides / alone).toFixed(2)} times`,
  );
  console.log(
    `a mood, with ${MANY} rules that all look at its camera       ${us(everywhere)}   ${(everywhere / MANY).toFixed(2)} µs a rule`,
  );
  const { ready, remembered, saved } = results.memory_bytes_per_rule;
  console.log(
    `a rule weighs ${ready.toFixed(0)} bytes ready to run, ${remembered.toFixed(0)} remembered, ${saved.toFixed(0)} in the saved state`,
  );
  console.log(`a day of ${day.moods} moods, 20 rules: ${day.seconds.toFixed(1)} s, ${day.firings} firings`);
}
