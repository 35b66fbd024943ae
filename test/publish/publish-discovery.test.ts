import { VirtualTimeScheduler } from 'rxjs';
import { expect, test } from 'vitest';
import { discoveryMessages } from '../../src/publish/discovery.ts';
import { publishDiscovery } from '../../src/publish/publish-discovery.ts';
import { createTopics } from '../../src/publish/topics.ts';
import { FakePublisher } from '../fakes/fake-publisher.ts';

const topics = createTopics('home/emotion');
const messagesOf = (...names: string[]) =>
  discoveryMessages(
    names.map((name) => ({ name })),
    { topics, version: '1.2.3', validForMs: 15_000 },
  );

function running(...names: string[]) {
  const publisher = new FakePublisher();
  const scheduler = new VirtualTimeScheduler();
  const subscription = publishDiscovery(publisher, topics, messagesOf(...names), { scheduler, random: () => 0.5 });
  return { publisher, scheduler, subscription };
}

test('publishes every device as a state', () => {
  const { publisher } = running('living');
  expect([...publisher.states.keys()]).toEqual([topics.discovery('bridge'), topics.discovery('living')]);
});

test('again some seconds after Home Assistant came online, once for several births in a row', () => {
  const { publisher, scheduler } = running('living');
  publisher.receive('homeassistant/status', 'online');
  publisher.receive('homeassistant/status', 'online');
  expect(publisher.log).toHaveLength(2);
  scheduler.flush();
  expect(publisher.log).toHaveLength(4);
  expect(scheduler.now()).toBe(6000);
});

test.each([
  ['offline', {}],
  ['online', { retained: true }],
])('not for %s %j', (payload, flags) => {
  const { publisher, scheduler } = running('living');
  publisher.receive('homeassistant/status', payload, flags);
  scheduler.flush();
  expect(publisher.log).toHaveLength(2);
});

test('a camera that was renamed leaves no retained topic behind', () => {
  const { publisher } = running('living');
  for (const { topic, payload } of messagesOf('lounge')) publisher.receive(topic, payload, { retained: true });
  expect(publisher.log.slice(2)).toEqual(
    [
      'homeassistant/device/moodstat_lounge/config',
      'home/emotion/lounge',
      'home/emotion/lounge/availability',
      'home/emotion/lounge/enabled/state',
    ].map((topic) => ({ topic, payload: '' })),
  );
});

test('what is ours now, and what belongs to others, stays', () => {
  const { publisher } = running('living');
  for (const { topic, payload } of messagesOf('living')) publisher.receive(topic, payload, { retained: true });
  publisher.receive('homeassistant/device/moodstat_x/config', '{"o":{"name":"other"}}', { retained: true });
  publisher.receive('homeassistant/device/lamp/config', '{}', { retained: true });
  expect(publisher.log).toHaveLength(2);
});

test('ends with its subscription', () => {
  const { publisher, scheduler, subscription } = running('living');
  publisher.receive('homeassistant/status', 'online');
  subscription.unsubscribe();
  scheduler.flush();
  expect(publisher.filters).toEqual([]);
  expect(publisher.log).toHaveLength(2);
});
