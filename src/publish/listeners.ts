import { Observable, Subject, filter, map } from 'rxjs';
import type { Received } from './mqtt-connection.ts';
import type { IncomingMessage } from './publisher.ts';
import { filterMatches } from './topic-filter.ts';

/** How the broker is told of filters; without a connection it is told of all of them once there is one. */
export interface Subscriber {
  subscribe(wanted: string, id: number): void;
  unsubscribe(wanted: string): void;
}

interface Listening {
  /** Tells, with MQTT 5, for which filter a message came (§3.8.2.1.2): overlapping filters bring one copy each. */
  readonly id: number;
  count: number;
}

/** Who listens to which filters, and how what is received finds them. */
export class Listeners {
  readonly #received = new Subject<Received>();
  readonly #byFilter = new Map<string, Listening>();
  readonly #subscriber: Subscriber;
  #lastId = 0;

  constructor(subscriber: Subscriber) {
    this.#subscriber = subscriber;
  }

  /** Messages of a filter while subscribed. */
  listen(wanted: string): Observable<IncomingMessage> {
    return new Observable((subscriber) => {
      const listening = this.#byFilter.get(wanted) ?? { id: ++this.#lastId, count: 0 };
      this.#byFilter.set(wanted, listening);
      listening.count++;
      subscriber.add(
        this.#received
          .pipe(
            filter(({ message, ids }) => ids?.includes(listening.id) ?? filterMatches(wanted, message.topic)),
            map(({ message }) => message),
          )
          .subscribe(subscriber),
      );
      // Again for every listener: the broker then repeats what is retained, which a later one has not seen yet.
      this.#subscriber.subscribe(wanted, listening.id);
      return () => {
        if (--listening.count > 0) return;
        this.#byFilter.delete(wanted);
        this.#subscriber.unsubscribe(wanted);
      };
    });
  }

  /** Subscribes to every filter that somebody listens to, over a new connection. */
  resubscribe(): void {
    for (const [wanted, { id }] of this.#byFilter) this.#subscriber.subscribe(wanted, id);
  }

  receive(received: Received): void {
    this.#received.next(received);
  }
}
