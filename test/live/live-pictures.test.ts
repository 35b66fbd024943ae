import { Subject, firstValueFrom } from 'rxjs';
import sharp from 'sharp';
import { describe, expect, it } from 'vitest';
import type { View } from '../../src/live/draw-faces.ts';
import { livePictures } from '../../src/live/live-pictures.ts';
import { fakeFrame } from '../fakes/fake-camera.ts';

const view: View = { frame: fakeFrame({ width: 64, height: 48 }), faces: [] };

describe('livePictures', () => {
  it('makes JPEGs while somebody listens, and asks for no frame else', async () => {
    const views$ = new Subject<View>();
    const pictures$ = livePictures(views$, { fps: 30, onFailed: () => undefined });
    expect(views$.observed).toBe(false);
    const first = firstValueFrom(pictures$);
    expect(views$.observed).toBe(true);
    views$.next(view);
    expect(await sharp(await first).metadata()).toMatchObject({ format: 'jpeg', width: 64, height: 48 });
    expect(views$.observed).toBe(false);
  });

  it('makes each picture once for all who listen', async () => {
    const views$ = new Subject<View>();
    const pictures$ = livePictures(views$, { fps: 30, onFailed: () => undefined });
    const both = Promise.all([firstValueFrom(pictures$), firstValueFrom(pictures$)]);
    views$.next(view);
    const [one, other] = await both;
    expect(one).toBe(other);
  });

  it('leaves out what comes faster than it may, or while one is made', async () => {
    const views$ = new Subject<View>();
    const pictures: Buffer[] = [];
    const drained = new Promise<void>((resolve) => {
      livePictures(views$, { fps: 1, onFailed: () => undefined }).subscribe({
        next: (picture) => pictures.push(picture),
        complete: resolve,
      });
    });
    for (let i = 0; i < 50; i++) views$.next(view);
    views$.complete();
    await drained;
    expect(pictures).toHaveLength(1);
  });

  it('goes on after a picture that cannot be made', async () => {
    const views$ = new Subject<View>();
    const failed: unknown[] = [];
    const pictures$ = livePictures(views$, { fps: 30, onFailed: (reason) => failed.push(reason) });
    const broken = { ...view, frame: { ...view.frame, rgb: new Uint8Array(1) } };
    const first = firstValueFrom(pictures$);
    views$.next(broken);
    while (failed.length === 0) await new Promise(setImmediate);
    const again = setInterval(() => {
      views$.next(view);
    }, 5);
    expect((await first).length).toBeGreaterThan(0);
    clearInterval(again);
  });
});
