import { randomBytes } from 'node:crypto';
import { Subject, type Observable } from 'rxjs';

/** One browser that comes again. */
export interface Session {
  readonly id: string;
  /** It knew the password. */
  readonly loggedIn: boolean;
  seenAtMs: number;
  /** Until when it may see what cameras see; 0 without a live view. */
  liveUntilMs: number;
}

/** Who does not come for so long must log in anew. */
const IDLE_MS = 7 * 86_400_000;
/** Of more sessions, the one that was not seen for the longest time is given up. */
const MOST = 200;

/** The sessions of this run; a restart ends them all. */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #ended$ = new Subject<Session>();

  /** Sessions that are over. */
  get ended$(): Observable<Session> {
    return this.#ended$;
  }

  open(loggedIn: boolean, nowMs: number): Session {
    if (this.#sessions.size >= MOST) {
      const [oldest] = this.#sessions.values();
      if (oldest) this.end(oldest);
    }
    const session: Session = { id: randomBytes(32).toString('base64url'), loggedIn, seenAtMs: nowMs, liveUntilMs: 0 };
    this.#sessions.set(session.id, session);
    return session;
  }

  /** The session of a cookie, unless it is over. */
  find(id: string, nowMs: number): Session | undefined {
    const session = this.#sessions.get(id);
    if (!session) return undefined;
    if (session.seenAtMs + IDLE_MS <= nowMs) {
      this.end(session);
      return undefined;
    }
    session.seenAtMs = nowMs;
    // The map stays in the order in which they were seen.
    this.#sessions.delete(id);
    this.#sessions.set(id, session);
    return session;
  }

  end(session: Session): void {
    if (this.#sessions.delete(session.id)) this.#ended$.next(session);
  }
}
