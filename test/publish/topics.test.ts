import fc from 'fast-check';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import {
  TOPIC_PATTERNS,
  cameraOfEnabledSet,
  createTopics,
  isCameraName,
  isKnownFilter,
  isKnownTopic,
  isRuleId,
  nameOfRequest,
} from '../../src/publish/topics.ts';
import { filterMatches } from '../../src/publish/topic-filter.ts';

const BASE = 'home/emotion';
const topics = createTopics(BASE);
const cameraNames = fc.stringMatching(/^[a-z0-9_-]{1,20}$/).filter((name) => name !== 'bridge');

describe('createTopics', () => {
  test.each([
    [topics.home, 'home/emotion'],
    [topics.mood('living'), 'home/emotion/living'],
    [topics.face('living', 7), 'home/emotion/living/face/7'],
    [topics.event('living'), 'home/emotion/living/event'],
    [topics.availability('living'), 'home/emotion/living/availability'],
    [topics.enabledSet('living'), 'home/emotion/living/enabled/set'],
    [topics.enabledState('living'), 'home/emotion/living/enabled/state'],
    [topics.bridgeState, 'home/emotion/bridge/state'],
    [topics.bridgeInfo, 'home/emotion/bridge/info'],
    [topics.bridgeHealth, 'home/emotion/bridge/health'],
    [topics.request('rules/reload'), 'home/emotion/bridge/request/rules/reload'],
    [topics.response('health_check'), 'home/emotion/bridge/response/health_check'],
    [topics.rule('comfort-light'), 'home/emotion/bridge/rule/comfort-light'],
    [topics.discovery('living'), 'homeassistant/device/moodstat_living/config'],
    [topics.discovery('bridge'), 'homeassistant/device/moodstat_bridge/config'],
    [topics.homeAssistantStatus, 'homeassistant/status'],
  ])('%s', (topic, expected) => {
    expect(topic).toBe(expected);
    expect(isKnownTopic(topic, BASE)).toBe(true);
  });

  test.each(['', '/', '/home', 'home/', 'a//b', 'home/+', '#', '$SYS/x', 'a\0b'])('refuses the base "%s"', (base) => {
    expect(() => createTopics(base)).toThrow(RangeError);
  });

  test.each(['a.b', 'haus/gefühl', 'x'])('takes the base "%s", whatever a pattern would make of it', (base) => {
    expect(isKnownTopic(createTopics(base).mood('living'), base)).toBe(true);
    expect(isKnownTopic(createTopics(base).mood('living'), base.replace('.', 'x') + 'y')).toBe(false);
  });

  test.each(['bridge', '', 'a/b', '+', '#', 'Living', 'wohn zimmer', 'küche', 'a\n'])(
    'refuses a camera "%s"',
    (name) => {
      expect(isCameraName(name)).toBe(false);
      expect(() => topics.mood(name)).toThrow(RangeError);
      expect(() => topics.enabledState(name)).toThrow(RangeError);
    },
  );

  test.each(['bridges', 'bridge-1', '0', '_', 'front-door'])('takes a camera "%s"', (name) => {
    expect(isCameraName(name)).toBe(true);
  });

  test('refuses tracks and ids that would leave their level', () => {
    expect(() => topics.face('living', -1)).toThrow(RangeError);
    expect(() => topics.face('living', 1.5)).toThrow(RangeError);
    expect(() => topics.rule('a/b')).toThrow(RangeError);
    expect(() => topics.request('a//b')).toThrow(RangeError);
    expect(isRuleId('comfort-light')).toBe(true);
    expect(isRuleId('comfort/light')).toBe(false);
  });

  test('everything said of a camera can be told from everything said of another one', () => {
    fc.assert(
      fc.property(cameraNames, cameraNames, fc.nat(), (one, other, track) => {
        const of = (name: string) => [
          topics.mood(name),
          topics.face(name, track),
          topics.event(name),
          topics.availability(name),
          topics.enabledSet(name),
          topics.enabledState(name),
        ];
        const both = new Set([...of(one), ...of(other)]);
        expect(both.size).toBe(one === other ? 6 : 12);
        for (const topic of both) expect(isKnownTopic(topic, BASE)).toBe(true);
      }),
    );
  });
});

describe('reading topics', () => {
  test.each([
    ['home/emotion/living/enabled/set', 'living'],
    ['home/emotion/bridge/enabled/set', undefined],
    ['home/emotion/living/enabled/state', undefined],
    ['home/emotion//enabled/set', undefined],
    ['home/emotion/a/b/enabled/set', undefined],
    ['home/emotion/enabled/set', undefined],
    ['other/living/enabled/set', undefined],
  ])('the camera of %s', (topic, camera) => {
    expect(cameraOfEnabledSet(topic, topics)).toBe(camera);
  });

  test.each([
    ['home/emotion/bridge/request/health_check', 'health_check'],
    ['home/emotion/bridge/request/rules/reload', 'rules/reload'],
    ['home/emotion/bridge/request/', undefined],
    ['home/emotion/bridge/request', undefined],
    ['home/emotion/bridge/request/a//b', undefined],
    ['home/emotion/bridge/response/a', undefined],
  ])('the name of %s', (topic, name) => {
    expect(nameOfRequest(topic, topics)).toBe(name);
  });

  test('names come back as they went in', () => {
    fc.assert(
      fc.property(cameraNames, (name) => {
        expect(cameraOfEnabledSet(topics.enabledSet(name), topics)).toBe(name);
        expect(nameOfRequest(topics.request(name), topics)).toBe(name);
      }),
    );
  });
});

describe('isKnownTopic and isKnownFilter', () => {
  test.each([
    ['home/emotion/living/mood', false],
    ['home/emotion/living/face', false],
    ['home/emotion/living/face/one', false],
    ['home/emotion/bridge', false],
    ['home/emotion/bridge/status', false],
    ['home', false],
    ['home/emotion/', false],
    ['zigbee2mqtt/lamp', false],
    ['homeassistant/sensor/x/config', false],
    ['home/emotion/+', false],
  ])('%s is not one of ours', (topic, known) => {
    expect(isKnownTopic(topic, BASE)).toBe(known);
  });

  test.each([
    ['home/emotion/#', true],
    ['home/#', true],
    ['#', true],
    ['+/emotion', true],
    ['home/emotion/+', true],
    ['home/emotion/+/event', true],
    ['home/emotion/+/face/+', true],
    ['home/emotion/bridge/request/+', true],
    ['home/emotion/bridge/request/+/+', true],
    ['home/emotion/living', true],
    ['home/emotion/+/mood', false],
    ['home/emotion/bridge/+/+/+/x y', false],
    ['home/+', true],
    ['home/emotion/+/+/+/+', true],
    ['home/emotion/bridge/+/+', true],
    ['home/emotions/#', false],
    ['home/emotion/#/x', false],
    ['home/emotion/living/face/+/+', false],
  ])('filter %s: %s', (filter, known) => {
    expect(isKnownFilter(filter, BASE)).toBe(known);
  });

  test('our own subscriptions never bring back what we publish below the base', () => {
    const published = TOPIC_PATTERNS.filter(
      ({ direction, pattern }) => direction === 'out' && !pattern.startsWith('homeassistant'),
    ).map(({ pattern }) => (pattern === '' ? BASE : `${BASE}/${pattern}`).replace(/<\w+>/g, '5'));
    for (const filter of Object.values(topics.filters)) {
      for (const topic of published) expect(filterMatches(filter, topic), `${filter} ${topic}`).toBe(false);
    }
    expect(filterMatches(topics.filters.enabledSet, topics.enabledSet('living'))).toBe(true);
    expect(filterMatches(topics.filters.request, topics.request('rules/reload'))).toBe(true);
  });
});

describe('README.md', () => {
  test('its table names every topic, retained or not, and no other', async () => {
    const text = await readFile(new URL('../../src/publish/README.md', import.meta.url), 'utf8');
    const rows = [...text.matchAll(/^\| `([^`]+)` +\| (in|out) +\| (yes|no) +\|/gm)].map(
      ([, topic, direction, retained]) => ({
        pattern: topic!.startsWith('homeassistant/') ? topic : topic!.replace(/^home\/emotion\/?/, ''),
        direction,
        retained: retained === 'yes',
      }),
    );
    expect(rows).toEqual(TOPIC_PATTERNS);
  });
});
