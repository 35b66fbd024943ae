import { setImmediate } from 'node:timers/promises';
import { Subject, firstValueFrom } from 'rxjs';
import { expect, test } from 'vitest';
import { type Answered, answerRequests } from '../../src/publish/answer-requests.ts';
import { createTopics } from '../../src/publish/topics.ts';
import { FakePublisher } from '../fakes/fake-publisher.ts';

const topics = createTopics('home/emotion');

function running() {
  const publisher = new FakePublisher();
  publisher.start();
  const asked: unknown[] = [];
  const slow$ = new Subject<string>();
  const answered$ = new Subject<Answered>();
  const subscription = answerRequests(publisher, topics, {
    health_check: ({ data }) => {
      asked.push(data);
      return { healthy: true };
    },
    'rules/reload': () => {
      throw new Error('rules.yaml:3:1: unknown key');
    },
    snapshot: () => firstValueFrom(slow$),
  }).subscribe(answered$);
  const tell = (name: string, payload: string, flags = {}) => {
    publisher.receive(`home/emotion/bridge/request/${name}`, payload, flags);
  };
  const answers = () =>
    publisher.events.map(({ topic, payload, retain }) => ({ topic, answer: JSON.parse(payload) as unknown, retain }));
  const ask = async (name: string, payload: string, flags = {}) => {
    const answered = firstValueFrom(answered$);
    tell(name, payload, flags);
    await answered;
    return answers().at(-1)!;
  };
  return { publisher, asked, ask, tell, answers, slow$, answered$, subscription };
}

test('answers with the data of the handler and the transaction of the request', async () => {
  const { ask, asked } = running();
  expect(await ask('health_check', '{"deep":true,"transaction":"a1"}')).toEqual({
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
  [
    'a name that nobody handles',
    'dance',
    '',
    { error: 'unknown request; there is health_check, rules/reload, snapshot' },
  ],
  [
    'a name of every object',
    'constructor',
    '',
    { error: 'unknown request; there is health_check, rules/reload, snapshot' },
  ],
  ['a payload that is no JSON', 'health_check', '{', { error: 'the payload is not JSON' }],
])('%s gives an error in words', async (_case, name, payload, expected) => {
  expect((await running().ask(name, payload)).answer).toEqual({ status: 'error', ...expected });
});

test('a slow request holds up only its own kind, and each answer keeps its own transaction', async () => {
  const { ask, tell, answers, slow$, answered$ } = running();
  tell('snapshot', '{"transaction":1}');
  tell('snapshot', '{"transaction":2}');
  await ask('health_check', '{"transaction":3}');
  let answered = firstValueFrom(answered$);
  slow$.next('a picture');
  await answered;
  answered = firstValueFrom(answered$);
  slow$.next('another picture');
  expect(await answered).toEqual({ name: 'snapshot', status: 'ok' });
  expect(answers().map(({ answer }) => answer)).toEqual([
    { status: 'ok', data: { healthy: true }, transaction: 3 },
    { status: 'ok', data: 'a picture', transaction: 1 },
    { status: 'ok', data: 'another picture', transaction: 2 },
  ]);
});

test('a retained request is an old one, and a name that cannot be is nobody’s: neither is answered', async () => {
  const { ask, tell, answers, asked } = running();
  tell('health_check', '', { retained: true });
  tell('a//b', '');
  await ask('health_check', '');
  expect(answers()).toHaveLength(1);
  expect(asked).toHaveLength(1);
});

test('ends with its subscription, and a handler that is not done by then is not answered for', async () => {
  const { publisher, tell, slow$, subscription } = running();
  tell('snapshot', '');
  subscription.unsubscribe();
  slow$.next('late');
  tell('health_check', '');
  await setImmediate();
  expect(publisher.events).toEqual([]);
  expect(publisher.filters).toEqual([]);
});
