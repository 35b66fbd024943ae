export type BrokerErrorCode =
  | 'refused'
  | 'unreachable'
  | 'dns'
  | 'timeout'
  | 'auth'
  | 'tls'
  | 'protocol'
  | 'client-id'
  | 'taken-over'
  | 'unavailable'
  | 'closed'
  | 'port-taken'
  | 'port-forbidden'
  | 'failed';

/** Whatever is wrong with a broker. The message is one line, names the address, says what to do, holds no secret. */
export class BrokerError extends Error {
  readonly code: BrokerErrorCode;

  constructor(code: BrokerErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BrokerError';
    this.code = code;
  }
}

/** Words after "ADDRESS: " for each fault of a connection. */
const WORDS: Readonly<Record<Exclude<BrokerErrorCode, 'port-taken' | 'port-forbidden'>, string>> = {
  refused: 'nothing listens there; is the broker running, and is the port right?',
  unreachable: 'no way to that address; is the machine on, and in the same network?',
  dns: 'the name is not known; check mqtt.url or use an IP address',
  timeout: 'no answer in time; is this an MQTT broker, and does a firewall stand between?',
  auth: 'the broker does not let us in; check mqtt.username and mqtt.password',
  tls: 'no secure connection',
  protocol: 'the broker does not speak this version of MQTT; set mqtt.protocol to auto',
  'client-id': 'the broker does not accept the client id; change mqtt.client_id',
  'taken-over':
    'it lets us in and soon hangs up: another client seems to have our client id; give each its own mqtt.client_id',
  unavailable: 'the broker is busy or shutting down',
  closed: 'the connection was closed',
  failed: 'the connection failed',
};

/**
 * CONNACK codes of MQTT 3.1.1 (§3.2.2.3, below 128) and reason codes of CONNACK and DISCONNECT of MQTT 5 (§2.4). No
 * number means two things in them, so one table serves both.
 */
const BY_REASON: Readonly<Record<number, keyof typeof WORDS>> = {
  1: 'protocol',
  2: 'client-id',
  3: 'unavailable',
  4: 'auth',
  5: 'auth',
  132: 'protocol',
  133: 'client-id',
  134: 'auth',
  135: 'auth',
  136: 'unavailable',
  137: 'unavailable',
  138: 'auth',
  139: 'unavailable',
  140: 'auth',
  141: 'timeout',
  142: 'taken-over',
};

const BY_SYSTEM_CODE: Readonly<Record<string, keyof typeof WORDS>> = {
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'dns',
  EAI_AGAIN: 'dns',
  ETIMEDOUT: 'timeout',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ECONNRESET: 'closed',
  EPIPE: 'closed',
  EPROTO: 'tls',
};

/** The most common faults of certificates, by the codes of Node's TLS, in words. */
const TLS_WORDS: readonly (readonly [RegExp, string])[] = [
  [/SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET)/, 'its certificate is not signed by a known authority; give that as mqtt.ca'],
  [/HAS_EXPIRED/, 'its certificate has expired; renew it, or check the clock of this machine'],
  [/NOT_YET_VALID/, 'its certificate is not valid yet; check the clock of this machine'],
  [/ALTNAME/, 'its certificate is for another name; use that name in mqtt.url'],
  [/./, 'no TLS there; is this the port for mqtts://, and is mqtt.ca a PEM certificate?'],
];

/** From whatever the client library or a socket reports, the fault in our words; `cause` keeps the original. */
export function toBrokerError(cause: unknown, address: string): BrokerError {
  const code = (cause as { code?: unknown } | undefined)?.code;
  const kind = classify(code, cause);
  const words = kind === 'tls' ? TLS_WORDS.find(([pattern]) => pattern.test(String(code)))![1] : WORDS[kind];
  return new BrokerError(kind, `${address}: ${words}`, { cause });
}

/** The fault behind connections that are accepted and closed soon after, again and again: Mosquitto gives no reason. */
export function suspectedTakeOver(cause: BrokerError, address: string): BrokerError {
  return new BrokerError('taken-over', `${address}: ${WORDS['taken-over']}`, { cause });
}

function classify(code: unknown, cause: unknown): keyof typeof WORDS {
  if (typeof code === 'number') return BY_REASON[code] ?? 'failed';
  if (typeof code === 'string') {
    if (/CERT|^ERR_(?:TLS|SSL|OSSL)|SELF_SIGNED|UNABLE_TO_/.test(code)) return 'tls';
    return BY_SYSTEM_CODE[code] ?? 'failed';
  }
  const text = cause instanceof Error ? cause.message : '';
  if (/timeout/i.test(text)) return 'timeout';
  return /clos/i.test(text) ? 'closed' : 'failed';
}
