import { Observable, Subject, type Subscriber } from 'rxjs';
import { BrokerError, type BrokerErrorCode } from '../../src/publish/broker-error.ts';
import type {
  LastWill,
  MqttConnection,
  OpenConnection,
  OutgoingMessage,
  Received,
} from '../../src/publish/mqtt-connection.ts';

/** One attempt of a publisher to connect, and the connection that may follow; the test plays the broker. */
export class FakeConnection {
  readonly protocol: 4 | 5;
  readonly will: LastWill | undefined;
  readonly sent: OutgoingMessage[] = [];
  readonly filters: string[] = [];
  readonly received$ = new Subject<Received>();
  closed = false;
  ended = false;
  readonly #subscriber: Subscriber<MqttConnection>;
  readonly #unanswered: { message: OutgoingMessage; done: (error: Error | undefined) => void }[] = [];

  constructor(protocol: 4 | 5, will: LastWill | undefined, subscriber: Subscriber<MqttConnection>) {
    this.protocol = protocol;
    this.will = will;
    this.#subscriber = subscriber;
    subscriber.add(() => (this.closed = true));
  }

  /** How many messages wait to be acknowledged (QoS 1) or written (QoS 0). */
  get unanswered(): number {
    return this.#unanswered.length;
  }

  accept({ receiveMaximum = 64 } = {}): this {
    this.#subscriber.next({
      protocol: this.protocol,
      receiveMaximum,
      received$: this.received$,
      publish: (message, done) => {
        this.sent.push(message);
        this.#unanswered.push({ message, done });
      },
      subscribe: (filter) => this.filters.push(filter),
      unsubscribe: (filter) => this.filters.splice(this.filters.indexOf(filter), 1),
      end: () => {
        this.ended = true;
        this.received$.complete();
        this.#subscriber.complete();
      },
    });
    return this;
  }

  /** Answers the oldest message that waits. */
  answer(error?: Error): void {
    this.#unanswered.shift()?.done(error);
  }

  /** Answers until nothing waits. */
  answerAll(): void {
    while (this.#unanswered.length > 0) this.answer();
  }

  /** Refuses the attempt, or loses the connection. */
  fail(code: BrokerErrorCode = 'refused', message = `mqtt://fake: ${code}`): void {
    this.#subscriber.error(new BrokerError(code, message));
  }
}

/** An `open` for publishers, and everything they opened with it. */
export function fakeConnections(): { readonly open: OpenConnection; readonly attempts: FakeConnection[] } {
  const attempts: FakeConnection[] = [];
  return {
    attempts,
    open: (_settings, protocol, will) =>
      new Observable((subscriber) => {
        attempts.push(new FakeConnection(protocol, will, subscriber));
      }),
  };
}
