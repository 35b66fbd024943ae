import { expect, test } from 'vitest';
import { answerRequests } from '../../src/publish/answer-requests.ts';
import { createTopics } from '../../src/publish/topics.ts';
import { FakePublisher } from '../fakes/fake-publisher.ts';

const topics = createTopics('home/emotion');

function running() {
  const publisher = new FakePublisher();
  publisher.start();
  const asked: unknown[] = [];
  const subscription = answerRequests(publisher, topics, {
    health_check: ({ data }) => {
      asked.push(data);
      return { healthy: true };
    },
    'rules/reload': () => {
      throw new Error('rules.yaml:3:1: unknown key');
    },
  });
  const ask = (name: string, payload: string, flags = {}) => {
    publisher.receive(`home/emotion/bridge/request/${name}`, payload, flags);
    const answer = publisher.events.at(-1);
    return answer && { topic: answer.topic, answer: JSON.parse(answer.payload) as unknown, retain: answer.retain };
  };
  return { publisher, asked, ask, subscription };
}

test('answers with the data of the handler and the transaction of the request', () => {
  const { ask, asked } = running();
  expect(ask('health_check', '{"deep":true,"transaction":"a1"}')).toEqual({
    topic: 'home/emotion/bridge/response/health_check',
    answer: { status: 'ok', data: { healthy: true }, transaction: 'a1' },
    retain: undefined,
  });
  expect(asked).toEqual([{ deep: true }]);
});

test.each([
  [
    'a handler that throws',
    'rules/reload',
    '{"transaction":7}',
    { error: 'rules.yaml:3:1: unknown key', transaction: 7 },
  ],
  ['a name that nobody handles', 'snapshot', '', { error: 'unknown request; there is health_check, rules/reload' }],
  ['a name of every object', 'constructor', '', { error: 'unknown request; there is health_check, rules/reload' }],
  ['a payload that is no JSON', 'health_check', '{', { error: 'the payload is not JSON' }],
])('%s gives an error in words', (_case, name, payload, expected) => {
  expect(running().ask(name, payload)?.answer).toEqual({ status: 'error', ...expected });
});

test('a retained request is an old one, and a name that cannot be is nobody’s: neither is answered', () => {
  const { ask, asked } = running();
  expect(ask('health_check', '', { retained: true })).toBeUndefined();
  expect(ask('a//b', '')).toBeUndefined();
  expect(asked).toEqual([]);
});

test('ends with its subscription', () => {
  const { publisher, ask, subscription } = running();
  subscription.unsubscribe();
  expect(ask('health_check', '')).toBeUndefined();
  expect(publisher.filters).toEqual([]);
});
