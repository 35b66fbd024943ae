/** How to reach a broker and who we are there. */
export interface MqttSettings {
  /** `mqtt://`, `mqtts://`, `ws://` or `wss://` with a host and perhaps a port; credentials in it are used too. */
  readonly url: string;
  readonly username?: string;
  readonly password?: string;
  /** Certificates of the authorities to trust instead of the system's, as PEM text. */
  readonly ca?: string;
  /** False takes any certificate: no protection, only to find out what is wrong. */
  readonly rejectUnauthorized: boolean;
  /** Stays the same over restarts: the broker then ends the connection of a killed daemon when its successor comes. */
  readonly clientId: string;
  readonly baseTopic: string;
  /** 5 is MQTT 5, 4 is MQTT 3.1.1; `auto` tries 5 first. */
  readonly protocol: 'auto' | 5 | 4;
  readonly keepaliveS: number;
}

/** A broker's address for messages and logs: never with credentials or a query. */
export function brokerAddress(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}
