import { describe, expect, it } from 'vitest';
import { readYaml } from '../../src/config/yaml-source.ts';
import { parseRules } from '../../src/rules/parse-rules.ts';

function parse(text: string, cameras: string[] | 'unknown' = ['living']) {
  const source = readYaml(text, 'rules.yaml');
  return parseRules(
    { source, filled: new Map(), faults: source.faults },
    {
      cameras: cameras === 'unknown' ? undefined : cameras,
      rooms: cameras === 'unknown' ? undefined : ['Kitchen'],
      hasLocation: cameras === 'unknown' ? undefined : false,
      baseTopic: 'home/emotion',
      taken: new Map([['taken', 'first.yaml']]),
    },
  );
}

const RULE = `rules:
  - id: all
    alias: Everything
    triggers:
      - { trigger: mood, camera: living, from: nobody, to: [sad, uncertain], min_confidence: 0.6, for: 1m30s }
      - { trigger: numeric, home: true, attribute: people, above: 2, below: 9, hysteresis: 1, for: "00:00:05" }
      - { trigger: mood }
    conditions:
      - { condition: time, after: "18:00", before: "01:30:15", weekday: fri }
      - { condition: mood, is: [nobody] }
      - { condition: numeric, camera: living, attribute: arousal, above: 0.5 }
    actions:
      - { action: mqtt.publish, topic: a/b, payload: { x: [1, "{{ mood.mood }}", null] }, retain: true, qos: 0 }
      - { action: log, message: hello, level: warn }
    mode: single
    cooldown: 15m
    dry_run: true
`;

describe('parseRules', () => {
  it('reads all there is to write', () => {
    const { rules, faults } = parse(RULE);
    expect(faults).toEqual([]);
    expect(rules).toEqual([
      {
        id: 'all',
        alias: 'Everything',
        triggers: [
          {
            trigger: 'mood',
            camera: 'living',
            room: null,
            from: [null],
            to: ['sad', 'uncertain'],
            minConfidence: 0.6,
            forMs: 90_000,
          },
          {
            trigger: 'numeric',
            camera: null,
            room: null,
            attribute: 'people',
            above: 2,
            below: 9,
            hysteresis: 1,
            forMs: 5000,
          },
          { trigger: 'mood', camera: null, room: null, from: undefined, to: undefined, minConfidence: 0, forMs: 0 },
        ],
        conditions: [
          { condition: 'time', after: { secondOfDay: 64_800 }, before: { secondOfDay: 5415 }, weekdays: ['fri'] },
          { condition: 'mood', camera: null, room: null, is: [null], minConfidence: 0 },
          { condition: 'numeric', camera: 'living', room: null, attribute: 'arousal', above: 0.5, below: undefined },
        ],
        actions: [
          {
            action: 'mqtt.publish',
            topic: 'a/b',
            payload: { x: [1, '{{ mood.mood }}', null] },
            retain: true,
            qos: 0,
          },
          { action: 'log', message: 'hello', level: 'warn' },
        ],
        mode: 'single',
        max: 10,
        cooldownMs: 900_000,
        cooldownPer: 'rule',
        yieldTo: undefined,
        dryRun: true,
        quiet: [],
        brake: { actions: 60, perMs: 60_000 },
      },
    ]);
  });

  it.each(['', 'version: 1', 'rules:', 'rules: []', '# nothing'])('finds no rules in %j', (text) => {
    expect(parse(text)).toMatchObject({ rules: [], faults: [] });
  });

  it('lets a rule publish to switches and requests of ours, and warns of all else below our base', () => {
    const rule = (topic: string) =>
      `rules: [{ id: a, triggers: [{ trigger: mood }], actions: [{ action: mqtt.publish, topic: ${topic}, payload: x }] }]`;
    for (const topic of ['home/emotion/living/enabled/set', 'home/emotion/bridge/request/x', 'home/emotional']) {
      expect(parse(rule(topic)).faults).toEqual([]);
    }
    for (const topic of ['home/emotion', 'home/emotion/living']) {
      const { rules, faults } = parse(rule(topic));
      expect(faults).toMatchObject([{ severity: 'warning' }]);
      expect(rules).toHaveLength(1);
    }
  });

  it('refuses a camera nobody has, but asks for none where they cannot be known', () => {
    const text = 'rules: [{ id: a, triggers: [{ trigger: mood, camera: x }], actions: [{ action: log, message: x }] }]';
    expect(parse(text).faults).toMatchObject([{ message: 'rule `a`: unknown camera `x`; known here: living' }]);
    expect(parse(text, 'unknown').faults).toEqual([]);
  });

  it('refuses an id of another file', () => {
    const text = 'rules: [{ id: taken, triggers: [{ trigger: mood }], actions: [{ action: log, message: x }] }]';
    expect(parse(text).faults).toMatchObject([
      { line: 1, column: 15, message: 'rule `taken`: this id is taken by a rule in first.yaml' },
    ]);
  });

  it('keeps the first of two rules with one id', () => {
    const one = (message: string) =>
      `  - { id: a, triggers: [{ trigger: mood }], actions: [{ action: log, message: ${message} }] }\n`;
    const { rules, faults } = parse(`rules:\n${one('first')}${one('second')}`);
    expect(rules).toMatchObject([{ actions: [{ message: 'first' }] }]);
    expect(faults).toMatchObject([{ line: 3, column: 11 }]);
  });

  it('reports a faulty frame and the faults of the rules in it together', () => {
    const { rules, faults } = parse('version: 9\nrules:\n  - { id: a, triggers: [], actions: [] }\n');
    expect(rules).toEqual([]);
    expect(faults.map(({ line }) => line)).toEqual([1, 3, 3]);
  });
});
