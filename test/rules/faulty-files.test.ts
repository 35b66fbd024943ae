import { isMap, isScalar, parseDocument, visit } from 'yaml';
import { describe, expect, it } from 'vitest';
import { readYaml } from '../../src/config/yaml-source.ts';
import { parseRules } from '../../src/rules/parse-rules.ts';

// A rules file in which everything is right, and what a slip anywhere in one of its rules makes of it: a fault with its
// line and column, and the other rules as they are.

const BEFORE = `version: 1
scenes:
  calm: [{ action: log, message: calm }]
rules:
  - { id: first, triggers: [{ trigger: mood, to: sad }], actions: [{ action: log, message: x }] }
`;
const VICTIM = `  - id: victim
    alias: Everything there is
    triggers:
      - { trigger: mood, camera: living, from: neutral, to: [sad, fear], min_confidence: 0.6, for: 30s }
      - { trigger: numeric, room: Kitchen, attribute: people, above: 1, below: 5, hysteresis: 1, for: 1m }
      - { trigger: presence, home: true, event: arrived, for: 10s }
      - { trigger: mqtt, topic: a/b, path: x.y, value: [1, 2], above: 0, below: 9, for: 1s }
      - { trigger: time, at: [sunset, '7:00'], offset: -10m, every: 1h, weekday: [mon, fri] }
      - { trigger: any_of, triggers: [{ trigger: mood, to: angry }] }
    conditions:
      - { condition: time, after: '18:00', before: '23:00', weekday: sat }
      - { condition: mood, camera: living, is: [happy], min_confidence: 0.5 }
      - { condition: numeric, attribute: arousal, above: 0.1, below: 0.9 }
      - { condition: presence, room: Kitchen, is: absent }
      - { condition: mqtt, topic: lamp, path: state, is: 'ON' }
      - { condition: or, conditions: [{ condition: not, conditions: [{ condition: presence, is: present }] }] }
    actions:
      - { action: mqtt.publish, topic: lamp/set, payload: { brightness: 120 }, retain: false, qos: 1 }
      - { action: http.request, method: POST, url: 'http://a/', headers: { X: y }, json: { a: 1 }, timeout: 1s, retries: 1, backoff: 1s }
      - { action: delay, for: 10s }
      - { action: wait_for, triggers: [{ trigger: presence, event: left }], timeout: 1m, continue_on_timeout: true }
      - action: choose
        options: [{ conditions: [{ condition: time, after: '1:00' }], actions: [{ action: scene, scene: calm }] }]
        default: [{ action: log, message: '{{ mood.mood }}', level: info }]
    mode: queued
    max: 3
    cooldown: { for: 15m, per: camera }
    yield_to: { topic: lamp, command: lamp/set, path: state, for: 1h }
    quiet_hours: true
    dry_run: false
`;
const AFTER = `  - { id: last, triggers: [{ trigger: time, every: 1h }], actions: [{ action: scene, scene: calm }] }
`;

function parse(text: string) {
  const source = readYaml(text, 'rules.yaml');
  const known = {
    cameras: ['living'],
    rooms: ['Kitchen'],
    baseTopic: 'home/emotion',
    hasLocation: true,
    taken: new Map(),
  };
  return parseRules({ source, filled: new Map(), faults: source.faults }, known);
}

/** What is ours to check: not what is inside a payload, or text that may say anything. */
const OPAQUE = new Set(['payload', 'json', 'headers']);
const FREE = new Set(['alias', 'message']);

interface Slip {
  readonly name: string;
  readonly text: string;
}

function slips(): Slip[] {
  const all = BEFORE + VICTIM + AFTER;
  const document = parseDocument(all);
  const found: Slip[] = [];
  const replace = (name: string, [from, to]: readonly number[], by: string) => {
    found.push({ name, text: all.slice(0, from) + by + all.slice(to) });
  };
  visit(document, {
    Pair: (_, pair) => {
      const { key, value } = pair;
      if (!isScalar(key) || !key.range || key.range[0] < BEFORE.length || key.range[0] > BEFORE.length + VICTIM.length)
        return undefined;
      const name = `${String(key.value)} at ${key.range[0] - BEFORE.length}`;
      replace(`a slip in the key ${name}`, key.range, `${String(key.value)}q`);
      if (isScalar(value) && value.range) {
        const range = value.range;
        replace(`a list of lists for ${name}`, range, '[[1]]');
        if (!FREE.has(String(key.value))) replace(`a section for ${name}`, range, '{ no: thing }');
        if (!FREE.has(String(key.value)) && !['command', 'topic', 'path', 'is', 'scene'].includes(String(key.value)))
          replace(`another word for ${name}`, range, "'no such thing'");
      } else if (isMap(value) && value.range && !OPAQUE.has(String(key.value))) {
        replace(`a word for the section ${name}`, value.range, 'word');
      }
      return OPAQUE.has(String(key.value)) ? visit.SKIP : undefined;
    },
  });
  return found;
}

describe('a faulty rules file', () => {
  const all = slips();

  it('is none as it is written', () => {
    const { rules, faults } = parse(BEFORE + VICTIM + AFTER);
    expect(faults).toEqual([]);
    expect(rules.map(({ id }) => id)).toEqual(['first', 'victim', 'last']);
  });

  it('is made in more than 150 ways', () => {
    expect(all.length).toBeGreaterThan(150);
  });

  it.each(all.map(({ name, text }) => [name, text] as const))(
    'with %s says where, and the other rules go on',
    (_, text) => {
      const { rules, faults } = parse(text);
      expect(faults.length).toBeGreaterThan(0);
      const firstLine = BEFORE.split('\n').length;
      const lastLine = firstLine + VICTIM.split('\n').length - 2;
      for (const { line, column, message, severity } of faults) {
        expect(severity).toBe('error');
        expect(line).toBeGreaterThanOrEqual(firstLine);
        expect(line).toBeLessThanOrEqual(lastLine);
        expect(column).toBeGreaterThan(0);
        expect(message).toMatch(/^rule (`[^`]+`|2): /);
        expect(message).not.toMatch(/\n|Zod|Invalid input|\[object|undefined/);
      }
      expect(rules.map(({ id }) => id)).toEqual(['first', 'last']);
    },
  );
});
