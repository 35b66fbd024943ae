import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { discoveredDevice, discoveryMessages } from '../../src/publish/discovery.ts';
import { createTopics, isKnownTopic } from '../../src/publish/topics.ts';

const BASE = 'home/emotion';
const topics = createTopics(BASE);
const options = { topics, version: '1.2.3', validForMs: 15_000 };

interface Device {
  dev: Record<string, unknown>;
  availability: { topic: string }[];
  cmps: Record<string, Record<string, unknown>>;
  [key: string]: unknown;
}

function devices(...cameras: { name: string; room?: string }[]): Map<string, Device> {
  return new Map(
    discoveryMessages(cameras, options).map(({ topic, payload }) => [topic, JSON.parse(payload) as Device]),
  );
}

const living = devices({ name: 'living', room: 'Living room' }).get('homeassistant/device/moodstat_living/config')!;
const bridge = devices().get('homeassistant/device/moodstat_bridge/config')!;

describe('discoveryMessages', () => {
  test('one message for the daemon and one for each camera', () => {
    expect([...devices({ name: 'a' }, { name: 'b' }).keys()]).toEqual([
      'homeassistant/device/moodstat_bridge/config',
      'homeassistant/device/moodstat_a/config',
      'homeassistant/device/moodstat_b/config',
    ]);
  });

  // Any other key at the root makes Home Assistant reject the whole message.
  test.each([
    ['a camera', living],
    ['the daemon', bridge],
  ])('%s has only keys at its root that Home Assistant takes there', (_whose, device) => {
    const taken = [
      'dev',
      'o',
      'cmps',
      'availability',
      'availability_mode',
      'qos',
      'encoding',
      'state_topic',
      'command_topic',
    ];
    expect(Object.keys(device).filter((key) => !taken.includes(key))).toEqual([]);
    expect(device['o']).toEqual({ name: 'moodstat', sw: '1.2.3' });
  });

  test('a camera has the components that interfaces promise', () => {
    expect(Object.entries(living.cmps).map(([name, { p }]) => [name, p])).toEqual([
      ['mood', 'sensor'],
      ['confidence', 'sensor'],
      ['valence', 'sensor'],
      ['arousal', 'sensor'],
      ['people', 'sensor'],
      ['occupancy', 'binary_sensor'],
      ['mood_changed', 'event'],
      ['enabled', 'switch'],
    ]);
    expect(living.dev).toEqual({
      ids: ['moodstat_living'],
      name: 'Living room',
      mf: 'moodstat',
      mdl: 'Camera',
      sw: '1.2.3',
      via_device: 'moodstat_bridge',
      sa: 'Living room',
    });
  });

  test('the mood is an enum without None, a unit or a state class', () => {
    const mood = living.cmps['mood']!;
    expect(mood).toMatchObject({ device_class: 'enum', state_topic: 'home/emotion/living', expire_after: 15 });
    expect(mood['options']).toEqual(['angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral', 'uncertain']);
    expect(Object.keys(mood)).not.toContain('unit_of_measurement');
    expect(Object.keys(mood)).not.toContain('state_class');
  });

  test('a camera is available when it and the daemon are, but its switch always when the daemon is', () => {
    const when = (topic: string) => ({ topic, value_template: '{{ value_json.state }}' });
    expect(living.availability).toEqual([when('home/emotion/bridge/state'), when('home/emotion/living/availability')]);
    expect(living['availability_mode']).toBe('all');
    expect(living.cmps['enabled']!['availability']).toEqual([when('home/emotion/bridge/state')]);
    expect(bridge.cmps['connection']!['availability']).toEqual([]);
  });

  test('every topic is one of ours and every unique id is unique, whatever the cameras are called', () => {
    const name = fc.stringMatching(/^[a-z0-9_-]{1,12}$/).filter((text) => text !== 'bridge');
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.record({ name, room: fc.string() }), { selector: (one) => one.name }),
        (cameras) => {
          const all = [...devices(...cameras)];
          const components = all.flatMap(([, { cmps }]) => Object.values(cmps));
          const ids = components.map((component) => component['unique_id']);
          expect(new Set(ids).size).toBe(ids.length);
          for (const [topic] of all) expect(isKnownTopic(topic, BASE)).toBe(true);
          for (const component of components) {
            for (const [key, value] of Object.entries(component)) {
              if (key.endsWith('_topic'))
                expect(isKnownTopic(value as string, BASE), `${key} ${value as string}`).toBe(true);
            }
          }
        },
      ),
    );
  });
});

describe('discoveredDevice', () => {
  const [message] = discoveryMessages([{ name: 'living' }], options).slice(1);
  test.each([
    ['ours', message!, 'living'],
    ['the daemon’s', discoveryMessages([], options)[0]!, 'bridge'],
    [
      'that of a moodstat with another base',
      discoveryMessages([{ name: 'living' }], { ...options, topics: createTopics('flat/two') })[1]!,
      undefined,
    ],
    [
      'one with another origin',
      { ...message!, payload: message!.payload.replace('"name":"moodstat"', '"name":"x"') },
      undefined,
    ],
    ['somebody else’s topic', { ...message!, topic: 'homeassistant/device/lamp/config' }, undefined],
    ['no JSON', { ...message!, payload: '{' }, undefined],
    ['an empty one', { ...message!, payload: '' }, undefined],
    ['JSON of another shape', { ...message!, payload: '{"o":1,"availability":{}}' }, undefined],
    ['null', { ...message!, payload: 'null' }, undefined],
  ])('%s', (_case, one, device) => {
    expect(discoveredDevice(one, topics)).toBe(device);
  });
});
