import { Observable, Subject } from 'rxjs';
import type { Camera, CameraError } from '../../src/capture/camera.ts';
import type { Frame } from '../../src/capture/frame.ts';

/** A camera that shows what the test gives it, and counts how often it was opened and closed. */
export class FakeCamera implements Camera {
  readonly name: string;
  readonly frames$: Observable<Frame>;
  opened = 0;
  closed = 0;
  #current = new Subject<Frame>();
  #index = 0;

  constructor(name = 'fake') {
    this.name = name;
    this.frames$ = new Observable<Frame>((subscriber) => {
      this.opened++;
      this.#index = 0;
      this.#current = new Subject<Frame>();
      const subscription = this.#current.subscribe(subscriber);
      return () => {
        this.closed++;
        subscription.unsubscribe();
      };
    });
  }

  /** Shows one frame to whoever watches. */
  show(frame: Partial<Frame> = {}): void {
    this.#current.next(fakeFrame({ camera: this.name, index: this.#index++, ...frame }));
  }

  fail(error: CameraError): void {
    this.#current.error(error);
  }

  complete(): void {
    this.#current.complete();
  }
}

/** A small grey frame. */
export function fakeFrame(frame: Partial<Frame> = {}): Frame {
  const { width = 4, height = 3 } = frame;
  return {
    camera: 'fake',
    index: 0,
    atMs: 0,
    width,
    height,
    rgb: new Uint8Array(width * height * 3).fill(127),
    ...frame,
  };
}
