import { describe, expect, it, onTestFinished } from 'vitest';
import { answerRequests } from '../../src/publish/answer-requests.ts';
import { askBridge } from '../../src/publish/ask-bridge.ts';
import { startEmbeddedBroker } from '../../src/publish/embedded-broker.ts';
import { MqttPublisher } from '../../src/publish/mqtt-publisher.ts';
import { createTopics } from '../../src/publish/topics.ts';
import { freePort } from '../fakes/free-port.ts';
import { recordingLog } from '../fakes/recording-log.ts';

describe('askBridge', () => {
  it('gets the answer of a running daemon, and its refusal', async () => {
    const port = await freePort();
    const broker = await startEmbeddedBroker({ host: '127.0.0.1', port });
    onTestFinished(() => broker.stop());
    const settings = {
      url: `mqtt://127.0.0.1:${port}`,
      rejectUnauthorized: true,
      clientId: 'moodstat-test',
      baseTopic: 'home/emotion',
      protocol: 4,
      keepaliveS: 60,
    } as const;
    const publisher = new MqttPublisher(settings, { log: recordingLog() });
    onTestFinished(() => publisher.stop());
    const online = new Promise<void>((resolve) => {
      publisher.connection$.subscribe(({ state }) => {
        if (state === 'online') resolve();
      });
    });
    const answering = answerRequests(publisher, createTopics('home/emotion'), {
      'rules/trace': ({ data }) => {
        if (data['rule'] === 'b') throw new Error('no rule b');
        return { rules: { a: [] } };
      },
    }).subscribe();
    onTestFinished(() => {
      answering.unsubscribe();
    });
    publisher.start();
    await online;
    expect(await askBridge(settings, 'rules/trace', { rule: 'a' })).toEqual({ rules: { a: [] } });
    await expect(askBridge(settings, 'rules/trace', { rule: 'b' })).rejects.toThrow('no rule b');
  });

  it('says that the broker is not there', async () => {
    const url = `mqtt://127.0.0.1:${await freePort()}`;
    const settings = {
      url,
      rejectUnauthorized: true,
      clientId: 'moodstat-test',
      baseTopic: 'home/emotion',
      protocol: 'auto',
      keepaliveS: 60,
    } as const;
    await expect(askBridge(settings, 'rules/trace', {})).rejects.toThrow(/127\.0\.0\.1/);
  });
});
