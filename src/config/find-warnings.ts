import type { Fault } from './fault.ts';
import { isLoopback } from './loopback.ts';
import type { WrittenConfig } from './schema.ts';
import type { YamlSource } from './yaml-source.ts';

/** Choices that work, but that somebody should know the price of. */
export function findWarnings({ mqtt, broker }: WrittenConfig, source: YamlSource): Fault[] {
  const warnings: Fault[] = [];
  if (!isLoopback(broker.host)) {
    const message = 'broker.host: the embedded broker asks nobody for a password; everyone in this network can use it';
    warnings.push(source.faultAt(['broker', 'host'], message, 'warning'));
  }
  if (!mqtt.rejectUnauthorized) {
    const message = 'mqtt.reject_unauthorized: whoever stands in between can pose as the broker';
    warnings.push(source.faultAt(['mqtt', 'reject_unauthorized'], message, 'warning'));
  }
  return warnings;
}
