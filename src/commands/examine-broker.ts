import { catchError, first, firstValueFrom, map, type Observable, throwError, timeout } from 'rxjs';
import type { MoodstatConfig } from '../config/resolve-config.ts';
import { BrokerError } from '../publish/broker-error.ts';
import { openMqttConnection } from '../publish/mqtt-connection.ts';
import { type MqttSettings, brokerAddress } from '../publish/mqtt-settings.ts';
import { answersOnPort } from './answers-on-port.ts';
import type { Finding } from './finding.ts';

const ANSWER_MS = 5000;

/** Whether the broker lets us in, or the embedded one could listen. */
export async function examineBroker({ mqtt, broker }: MoodstatConfig): Promise<Finding> {
  const subject = 'broker';
  if (broker.enabled) {
    return (await answersOnPort(broker.host, broker.port))
      ? {
          subject,
          status: 'warning',
          message: `port ${broker.port} is in use: moodstat runs already, or another broker does; for that one set mqtt.url, or choose another broker.port`,
        }
      : { subject, status: 'ok', message: `the embedded one, on ${broker.host}:${broker.port}` };
  }
  try {
    const protocol = await firstValueFrom(logIn(mqtt));
    const version = protocol === 5 ? '5' : '3.1.1';
    return { subject, status: 'ok', message: `${brokerAddress(mqtt.url)} lets us in, with MQTT ${version}` };
  } catch (error) {
    return { subject, status: 'fault', message: error instanceof Error ? error.message : String(error) };
  }
}

/** Connects as the daemon would, under another client id lest a running one be thrown out; emits the protocol and leaves. */
function logIn(mqtt: MoodstatConfig['mqtt']): Observable<4 | 5> {
  const { username, password, ca, ...rest } = mqtt;
  const settings: MqttSettings = {
    ...rest,
    clientId: `${mqtt.clientId}-doctor`,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(ca === undefined ? {} : { ca }),
  };
  const tooLate = () =>
    throwError(() => new BrokerError('timeout', `${brokerAddress(mqtt.url)}: no answer within ${ANSWER_MS / 1000} s`));
  const withProtocol = (protocol: 4 | 5): Observable<4 | 5> =>
    openMqttConnection(settings, protocol, undefined).pipe(
      first(),
      map(() => protocol),
      timeout({ first: ANSWER_MS, with: tooLate }),
    );
  if (mqtt.protocol !== 'auto') return withProtocol(mqtt.protocol);
  return withProtocol(5).pipe(
    catchError((error: unknown) => {
      // Some brokers say that they do not speak MQTT 5, some only hang up.
      const speaksAnother = error instanceof BrokerError && (error.code === 'protocol' || error.code === 'closed');
      return speaksAnother ? withProtocol(4) : throwError(() => error);
    }),
  );
}
