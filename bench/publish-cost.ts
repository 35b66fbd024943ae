import { startEmbeddedBroker } from '../src/publish/embedded-broker.ts';
import { MqttPublisher } from '../src/publish/mqtt-publisher.ts';
import { recordingLog } from '../test/fakes/recording-log.ts';
import { TopicRecorder } from '../test/fakes/topic-recorder.ts';
import { cpuOf } from './cpu-clock.ts';

const BASE_TOPIC = 'bench/emotion';

/** CPU ms of one message from the publisher to a listener's ear: publisher, embedded broker and listener together. */
export async function publishCost(payload: string): Promise<number> {
  const broker = await startEmbeddedBroker({ host: '127.0.0.1', port: 0 });
  const settings = {
    url: broker.url,
    rejectUnauthorized: true,
    clientId: 'moodstat-bench',
    baseTopic: BASE_TOPIC,
    protocol: 4,
    keepaliveS: 60,
  } as const;
  const publisher = new MqttPublisher(settings, { log: recordingLog() });
  const recorder = await TopicRecorder.listen(broker.url, `${BASE_TOPIC}/#`);
  publisher.start();
  const topic = `${BASE_TOPIC}/camera`;
  const cost = await cpuOf(async (i) => {
    const numbered = `${payload}${' '.repeat(i % 2)}`;
    const heard = recorder.next((message) => message.topic === topic);
    publisher.publishState({ topic, payload: numbered });
    await heard;
  });
  await publisher.stop();
  await recorder.end();
  await broker.stop();
  return cost;
}
