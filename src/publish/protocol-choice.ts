import type { BrokerErrorCode } from './broker-error.ts';

/** What is known of the broker's protocol: what to try now, and whether that is certain. */
export interface ProtocolChoice {
  readonly protocol: 4 | 5;
  /** `guess`: the broker hung up on MQTT 5 without a word, which is how some say that they do not speak it. */
  readonly certainty: 'unknown' | 'guess' | 'known';
}

export function firstProtocol(setting: 'auto' | 4 | 5): ProtocolChoice {
  return setting === 'auto' ? { protocol: 5, certainty: 'unknown' } : { protocol: setting, certainty: 'known' };
}

/** After a connection was accepted: a version the broker took is known, a guess stays one, for it may have been chance. */
export function afterAccepted(choice: ProtocolChoice): ProtocolChoice {
  return choice.certainty === 'unknown' ? { ...choice, certainty: 'known' } : choice;
}

/** After a connection failed or ended; `atOnce` when another version should be tried without waiting. */
export function afterFailure(
  choice: ProtocolChoice,
  { code, accepted }: { readonly code: BrokerErrorCode; readonly accepted: boolean },
): { readonly choice: ProtocolChoice; readonly atOnce: boolean } {
  if (choice.certainty === 'guess') return { choice: firstProtocol('auto'), atOnce: false };
  if (choice.certainty === 'known' || accepted) return { choice, atOnce: false };
  if (code === 'protocol') return { choice: { protocol: 4, certainty: 'known' }, atOnce: true };
  if (code === 'closed') return { choice: { protocol: 4, certainty: 'guess' }, atOnce: true };
  return { choice, atOnce: false };
}
