import { readFile } from 'node:fs/promises';
import { decodePicture } from '../src/capture/decode-picture.ts';
import { DEMO_CLIP, readDemoClip } from '../src/capture/demo-camera.ts';
import type { Frame } from '../src/capture/frame.ts';
import type { Emotion } from '../src/vision/emotion.ts';

/** A frame of the demo clip and what its face shows: null in the empty room, undefined between two expressions. */
export interface ShownFrame {
  readonly frame: Frame;
  readonly emotion: Emotion | null | undefined;
}

/** An entry of `truth.json`. */
interface Truth {
  readonly fromMs: number;
  readonly toMs: number;
  readonly emotion: Emotion | null;
}

/** The demo clip once through, decoded as it is consumed. */
export async function* demoFrames(): AsyncGenerator<ShownFrame, void, undefined> {
  const truths = JSON.parse(await readFile(new URL('truth.json', DEMO_CLIP), 'utf8')) as readonly Truth[];
  const { index: clip, pictures } = await readDemoClip();
  for (const [index, jpeg] of pictures.entries()) {
    const { width, height, rgb } = await decodePicture(jpeg);
    const atMs = (index * 1000) / clip.fps;
    const emotion = truths.find(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs)?.emotion;
    yield { frame: { camera: 'demo', index, atMs, width, height, rgb }, emotion };
  }
}
