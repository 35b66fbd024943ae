import type { MoodstatConfig } from './config/resolve-config.ts';
import type { MqttSettings } from './publish/mqtt-settings.ts';

/** How the configuration says the broker is reached; `embeddedUrl` is the one that runs in this process. */
export function toMqttSettings({ mqtt }: MoodstatConfig, embeddedUrl?: string): MqttSettings {
  const { username, password, ca, ...rest } = mqtt;
  return {
    ...rest,
    // The embedded broker speaks 3.1.1 only: asking it for MQTT 5 first would cost a round trip at every start.
    ...(mqtt.url === embeddedUrl ? { protocol: 4 } : {}),
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(ca === undefined ? {} : { ca }),
  };
}
