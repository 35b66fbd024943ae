import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { readYaml } from '../../src/config/yaml-source.ts';
import { parseRules } from '../../src/rules/parse-rules.ts';
import type { Rule } from '../../src/rules/rule.ts';
import { RuleMemory } from '../../src/rules/rule-memory.ts';
import { updateAt } from './moods.ts';
import { bookOf, heard, seen, time, type Timed } from './play-rules.ts';

const S = 1000;
const MIN = 60 * S;
/** A Monday, seven in the evening. */
const EVENING = Date.parse('2026-03-02T19:00:00Z');
const LAMP = 'zigbee2mqtt/lamp';
const ON = { state: 'ON', brightness: 200, color_temp: 250 };
const CALM = { state: 'ON', brightness: 120, color_temp: 400 };

let rule: Rule;

beforeAll(async () => {
  const document = await readFile(new URL('../../docs/rules.md', import.meta.url), 'utf8');
  const text = /```yaml\n(version: 1\nrules:\n {2}- id: comfort-light\n.*?)```/s.exec(document)![1]!;
  const source = readYaml(text, 'rules.yaml');
  const surroundings = { rooms: [], hasLocation: false, baseTopic: 'home/emotion', taken: new Map<string, string>() };
  const parsed = parseRules({ source, filled: new Map(), faults: [] }, { cameras: ['living'], ...surroundings });
  expect(parsed.faults).toEqual([]);
  rule = parsed.rules[0]!;
});

/** A mood at the camera each second, from and until ms of the evening. */
function mood(name: 'sad' | 'fear' | 'neutral', fromMs: number, untilMs: number, valence = 0): Timed[] {
  return Array.from({ length: Math.round((untilMs - fromMs) / S) }, (_, i) =>
    seen(updateAt(name, EVENING + fromMs + i * S, { valence, sinceMs: EVENING + fromMs }, 'living')),
  );
}

const lamp = (state: object, atMs: number): Timed => heard(LAMP, JSON.stringify(state), EVENING + atMs);

/** What the rule does at which second, woken whenever it wants to be; whom it asks for music answers at once. */
function play(inputs: readonly Timed[], untilMs: number): string[] {
  const did: string[] = [];
  const memory = new RuleMemory(bookOf([rule]), EVENING);
  const step = ({ nowMs, input }: Timed): void => {
    const at = `${(nowMs - EVENING) / S} s:`;
    const { effects, traces } = memory.step(input, nowMs);
    for (const { outcome } of traces) if (outcome !== 'waiting') did.push(`${at} ${outcome}`);
    for (const effect of effects) {
      if (effect.type === 'publish') did.push(`${at} ${effect.topic} ${effect.payload}`);
      if (effect.type !== 'http') continue;
      const { run, attempt, request } = effect;
      did.push(`${at} ${request.method} ${request.url}`);
      step({ nowMs, input: { type: 'http', result: { rule: rule.id, run, attempt, ok: true, detail: '204' } } });
    }
  };
  for (const one of [...inputs].sort((a, b) => a.nowMs - b.nowMs).concat(time(EVENING + untilMs))) {
    for (let next = memory.nextMs; next !== undefined && next < one.nowMs; next = memory.nextMs)
      step(time(Math.max(next, memory.atMs)));
    step(one);
  }
  return did;
}

const WARM = 'zigbee2mqtt/lamp/set {"brightness":120,"color_temp":400}';

describe('the rule that docs/rules.md begins with', () => {
  it('waits for half a minute of sadness, warms the light, and starts music ten minutes later', () => {
    const did = play([lamp(ON, 0), ...mood('neutral', S, 10 * S), ...mood('sad', 10 * S, 50 * S)], 30 * MIN);
    expect(did).toEqual(['40 s: fired', `40 s: ${WARM}`, '640 s: POST http://music.local/play']);
  });

  it.each<[string, Timed[]]>([
    ['to a sadness that does not last', [lamp(ON, 0), ...mood('sad', 10 * S, 39 * S), ...mood('neutral', 39 * S, MIN)]],
    ['while the lamp is off', [lamp({ ...ON, state: 'OFF' }, 0), ...mood('sad', 10 * S, MIN)]],
    ['while nobody knows whether the lamp is on', mood('sad', 10 * S, MIN)],
    ['after half past eleven at night', [lamp(ON, 0), ...mood('sad', 270 * MIN, 272 * MIN)]],
  ])('does nothing %s', (_, inputs) => {
    expect(play(inputs, 300 * MIN).filter((line) => /fired|lamp|POST/.test(line))).toEqual([]);
  });

  it('takes a low valence for it, too, and lets it rise a little in the minute that it must last', () => {
    const low = [...mood('neutral', S, 30 * S, -0.5), ...mood('neutral', 30 * S, 70 * S, -0.35)];
    expect(play([lamp(ON, 0), ...low], 2 * MIN)).toEqual(['61 s: fired', `61 s: ${WARM}`]);
    const high = [...mood('neutral', S, 30 * S, -0.5), ...mood('neutral', 30 * S, 70 * S, -0.25)];
    expect(play([lamp(ON, 0), ...high], 2 * MIN)).toEqual(['30 s: cancelled']);
  });

  it('rests for a quarter of an hour, and its own light is no person', () => {
    const sadness = (fromMs: number): Timed[] => [
      ...mood('sad', fromMs, fromMs + 40 * S),
      ...mood('neutral', fromMs + 40 * S, fromMs + 50 * S),
    ];
    const echo = lamp(CALM, 31 * S);
    const did = play([lamp(ON, 0), ...sadness(S), echo, ...sadness(12 * MIN), ...sadness(16 * MIN)], 20 * MIN);
    expect(did.filter((line) => line.includes('fired'))).toEqual(['31 s: fired', `${16 * 60 + 30} s: fired`]);
    expect(did).toContain(`${12 * 60 + 30} s: cooldown`);
  });

  it('leaves the lamp alone for an hour once somebody has set it', () => {
    const by = (minutes: number): Timed[] => [
      ...mood('sad', minutes * MIN, minutes * MIN + 40 * S),
      ...mood('neutral', minutes * MIN + 40 * S, minutes * MIN + 50 * S),
    ];
    const did = play([lamp(ON, 0), lamp({ ...ON, brightness: 90 }, 10 * S), ...by(1), ...by(59), ...by(61)], 64 * MIN);
    expect(did.filter((line) => line.includes('fired'))).toEqual([`${61 * 60 + 30} s: fired`]);
    expect(did.filter((line) => line.includes('yielded')).length).toBeGreaterThanOrEqual(2);
  });
});
