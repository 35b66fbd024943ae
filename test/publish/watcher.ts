import { type IClientOptions, type IPublishPacket, type MqttClient, connect } from 'mqtt';

type Will = NonNullable<IClientOptions['will']>;

export interface Seen {
  readonly topic: string;
  readonly payload: string;
  readonly retained: boolean;
  readonly qos: number;
  /** In seconds, as MQTT 5 carries it. */
  readonly expiryS: number | undefined;
  readonly source: unknown;
}

/** Somebody else at the broker, who hears everything, remembers it, and comes back when the broker does. */
export class Watcher {
  readonly client: MqttClient;
  readonly seen: Seen[] = [];
  #check: () => void = () => undefined;

  private constructor(client: MqttClient) {
    this.client = client;
    client.on('message', (topic, payload, packet: IPublishPacket) => {
      const { messageExpiryInterval, userProperties } = packet.properties ?? {};
      this.seen.push({
        topic,
        payload: payload.toString(),
        retained: packet.retain,
        qos: packet.qos,
        expiryS: messageExpiryInterval,
        source: userProperties?.['source'],
      });
      this.#check();
    });
  }

  /** Resolves when it is subscribed. */
  static async at(port: number, protocolVersion: 4 | 5 = 4, filter = '#', will?: Will): Promise<Watcher> {
    const client = connect({
      host: '127.0.0.1',
      port,
      protocolVersion,
      reconnectPeriod: 20,
      queueQoSZero: false,
      ...(will ? { will } : {}),
    });
    const watcher = new Watcher(client);
    await client.subscribeAsync(filter, { qos: 1 });
    return watcher;
  }

  /** Resolves with everything seen as soon as it fulfils the condition; at once when it already does. */
  async until(condition: (seen: readonly Seen[]) => boolean): Promise<readonly Seen[]> {
    await new Promise<void>((resolve) => {
      this.#check = () => {
        if (condition(this.seen)) resolve();
      };
      this.#check();
    });
    return this.seen;
  }

  /** Resolves with the message as soon as one with this topic, and payload if given, was seen. */
  async sees(topic: string, payload?: string): Promise<Seen> {
    const wanted = (one: Seen) => one.topic === topic && (payload === undefined || one.payload === payload);
    return (await this.until((seen) => seen.some(wanted))).find(wanted)!;
  }

  payloads(topic: string): string[] {
    return this.seen.filter((one) => one.topic === topic).map(({ payload }) => payload);
  }

  forget(): void {
    this.seen.length = 0;
  }

  async close(): Promise<void> {
    await this.client.endAsync(true);
  }
}

/** What the broker retains below a filter, and nothing else: asked by a newcomer. */
export async function retainedAt(port: number, filter = '#'): Promise<ReadonlyMap<string, string>> {
  const watcher = await Watcher.at(port, 4, 'nothing');
  // A retained message younger than all others, and a live one: brokers order by either, so after both there is no more.
  const end = `end/${Math.random()}`;
  await watcher.client.publishAsync(end, 'retained', { qos: 1, retain: true });
  await watcher.client.subscribeAsync([filter, end], { qos: 1 });
  await watcher.sees(end, 'retained');
  await watcher.client.publishAsync(end, '', { qos: 1, retain: true });
  await watcher.sees(end, '');
  await watcher.close();
  const kept = watcher.seen.filter(({ topic, retained }) => retained && topic !== end);
  return new Map(kept.map(({ topic, payload }) => [topic, payload]));
}
