import { catchError, defer, EMPTY, from, type Observable, share } from 'rxjs';
import { encodeJpeg } from '../capture/encode-jpeg.ts';
import { limitRate } from '../capture/limit-rate.ts';
import { processNewest } from '../capture/process-newest.ts';
import { drawFaces, type View } from './draw-faces.ts';
import { type Glyphs, renderGlyphs } from './glyphs.ts';

export interface LivePicturesOptions {
  /** At most so many a second. */
  readonly fps: number;
  readonly onFailed: (reason: unknown) => void;
}

/**
 * Views as JPEGs with the faces drawn in. Nothing is drawn or encoded but while somebody listens, once for all who do; one
 * picture at a time, and of those that come meanwhile only the newest.
 */
export function livePictures(views$: Observable<View>, { fps, onFailed }: LivePicturesOptions): Observable<Buffer> {
  return defer(() => {
    const letters = new Map<number, Promise<Glyphs>>();
    const glyphsFor = (sizePx: number): Promise<Glyphs> => {
      const known = letters.get(sizePx) ?? renderGlyphs(sizePx);
      letters.set(sizePx, known);
      return known;
    };
    let canvas = new Uint8Array(0);
    const encode = async (view: View): Promise<Buffer> => {
      const { width, height, rgb } = view.frame;
      if (canvas.length !== rgb.length) canvas = new Uint8Array(rgb.length);
      const glyphs = await glyphsFor(letterPx(width, height));
      return encodeJpeg(drawFaces(view, glyphs, canvas));
    };
    return views$.pipe(
      limitRate(fps),
      processNewest((view) =>
        from(encode(view)).pipe(
          catchError((error: unknown) => {
            onFailed(error);
            return EMPTY;
          }),
        ),
      ),
    );
  }).pipe(share());
}

/** Readable on a phone that shows the picture small, and not in the way on a large one. */
function letterPx(width: number, height: number): number {
  return Math.max(9, Math.min(40, Math.round(Math.min(width, height) / 30)));
}
