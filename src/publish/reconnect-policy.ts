import { type BrokerError, suspectedTakeOver } from './broker-error.ts';
import { type ProtocolChoice, afterAccepted, afterFailure, firstProtocol } from './protocol-choice.ts';
import { type BackoffOptions, reconnectDelayMs } from './reconnect-delay.ts';

/** A broker that restarts may close as many connections soon after it accepted them; more are no accident. */
const MAX_BRIEF = 3;

/** What to do after a connection failed or was lost. */
export interface NextAttempt {
  /** What to tell people; another error than the reported one when the history says more. */
  readonly error: BrokerError;
  readonly retryInMs: number;
  /** Another protocol is tried without waiting: nothing to tell anybody. */
  readonly otherProtocol: boolean;
}

/** Remembers how connections went, and says with which protocol and when to try the next one. */
export class ReconnectPolicy {
  readonly #backoff: BackoffOptions;
  readonly #address: string;
  readonly #random: () => number;
  #choice: ProtocolChoice;
  #acceptedAtMs: number | undefined;
  #failures = 0;
  #briefInARow = 0;

  constructor(protocol: 'auto' | 4 | 5, address: string, backoff: BackoffOptions, random: () => number) {
    this.#choice = firstProtocol(protocol);
    this.#address = address;
    this.#backoff = backoff;
    this.#random = random;
  }

  get protocol(): 4 | 5 {
    return this.#choice.protocol;
  }

  /** Connections come and go by the second, so that a log line for each would drown everything else. */
  get flapping(): boolean {
    return this.#briefInARow > MAX_BRIEF;
  }

  accepted(nowMs: number): void {
    this.#acceptedAtMs = nowMs;
    this.#choice = afterAccepted(this.#choice);
  }

  lost(reported: BrokerError, nowMs: number): NextAttempt {
    const heldMs = this.#acceptedAtMs === undefined ? undefined : nowMs - this.#acceptedAtMs;
    this.#acceptedAtMs = undefined;
    const accepted = heldMs !== undefined;
    const stable = accepted && heldMs >= this.#backoff.stableMs;
    this.#briefInARow = accepted && !stable && reported.code === 'closed' ? this.#briefInARow + 1 : 0;
    const error = this.flapping ? suspectedTakeOver(reported, this.#address) : reported;
    const { choice, atOnce } = afterFailure(this.#choice, { code: error.code, accepted });
    this.#choice = choice;
    if (atOnce) return { error, retryInMs: 0, otherProtocol: true };
    this.#failures = stable ? 1 : this.#failures + 1;
    const retryInMs = Math.round(reconnectDelayMs(this.#failures, this.#backoff, this.#random()));
    return { error, retryInMs, otherProtocol: false };
  }
}
