import mqtt, { type IPublishPacket, type MqttClient } from 'mqtt';

export interface Recorded {
  readonly topic: string;
  readonly payload: string;
  readonly retained: boolean;
}

/** An MQTT client that keeps all it hears, and lets a test wait for what it wants to hear. */
export class TopicRecorder {
  readonly messages: Recorded[] = [];
  readonly client: MqttClient;
  #waiting: { readonly wanted: (message: Recorded) => boolean; readonly resolve: (message: Recorded) => void }[] = [];

  private constructor(client: MqttClient) {
    this.client = client;
    client.on('message', (topic: string, payload: Buffer, packet: IPublishPacket) => {
      const message = { topic, payload: payload.toString('utf8'), retained: packet.retain };
      this.messages.push(message);
      const heard = this.#waiting.filter(({ wanted }) => wanted(message));
      this.#waiting = this.#waiting.filter((waiting) => !heard.includes(waiting));
      for (const { resolve } of heard) resolve(message);
    });
  }

  /** Connects and subscribes; resolves when the broker has agreed. */
  static async listen(url: string, ...filters: string[]): Promise<TopicRecorder> {
    const client = await mqtt.connectAsync(url, { reconnectPeriod: 50 });
    const recorder = new TopicRecorder(client);
    await client.subscribeAsync(filters, { qos: 1 });
    return recorder;
  }

  /** The first message, of those heard from now on or before, that fits; Vitest's timeout ends the waiting. */
  heard(wanted: (message: Recorded) => boolean): Promise<Recorded> {
    const known = this.messages.find(wanted);
    return known ? Promise.resolve(known) : this.next(wanted);
  }

  /** The first message from now on that fits. */
  next(wanted: (message: Recorded) => boolean): Promise<Recorded> {
    return new Promise((resolve) => {
      this.#waiting.push({ wanted, resolve });
    });
  }

  async end(): Promise<void> {
    await this.client.endAsync(true);
  }
}
