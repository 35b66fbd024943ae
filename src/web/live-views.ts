import type { ServerResponse } from 'node:http';
import { BehaviorSubject, type Observable } from 'rxjs';
import type { Session } from './sessions.ts';

/** Between two pictures; any text that is in none of them. */
export const BOUNDARY = 'moodstat-picture';

export interface OpenView {
  readonly camera: string;
  readonly session: Session;
  readonly response: ServerResponse;
  /** JPEGs; the view ends with them. */
  readonly pictures$: Observable<Uint8Array>;
}

/** The live views that are open, each to one browser; nothing of what goes through is kept. */
export class LiveViews {
  /** The cameras that are watched, each as often as there are watchers. */
  readonly watched$ = new BehaviorSubject<readonly string[]>([]);
  readonly #open = new Set<OpenView>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  get size(): number {
    return this.#open.size;
  }

  /** Streams pictures (`multipart/x-mixed-replace`) into a response whose headers are sent, until the session's time is up. */
  open(view: OpenView): void {
    const { response, session, pictures$ } = view;
    this.#open.add(view);
    this.#tell();
    response.write(`--${BOUNDARY}\r\n`);
    const pictures = pictures$.subscribe({
      next: (picture) => {
        // Who is slow gets fewer pictures, never old ones.
        if (!response.writableNeedDrain) writePicture(response, picture);
      },
      complete: () => response.end(),
    });
    let timer: NodeJS.Timeout;
    const endInTime = (): void => {
      const leftMs = session.liveUntilMs - this.#now();
      if (leftMs <= 0) response.end();
      else timer = setTimeout(endInTime, leftMs).unref();
    };
    response.once('close', () => {
      clearTimeout(timer);
      pictures.unsubscribe();
      this.#open.delete(view);
      this.#tell();
    });
    endInTime();
  }

  endOf(session: Session): void {
    for (const view of this.#open) if (view.session === session) view.response.end();
  }

  stop(): void {
    for (const { response } of this.#open) response.end();
  }

  #tell(): void {
    this.watched$.next([...this.#open].map(({ camera }) => camera));
  }
}

/** Browsers show a picture when the boundary behind it is there: it goes with its picture, not with the next. */
function writePicture(response: ServerResponse, picture: Uint8Array): void {
  response.cork();
  response.write(`content-type: image/jpeg\r\ncontent-length: ${picture.length}\r\n\r\n`);
  response.write(picture);
  response.write(`\r\n--${BOUNDARY}\r\n`);
  response.uncork();
}
