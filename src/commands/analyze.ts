import { mkdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { PictureItem } from '../capture/read-pictures.ts';
import type { EmotionClassifier } from '../vision/emotion.ts';
import type { Box, FaceDetector } from '../vision/face.ts';
import { strongestEmotion } from '../vision/observe-frame.ts';
import type { AnalyzedFace } from './analyzed-face.ts';
import { annotatePicture } from './annotate-picture.ts';
import { EXIT, type Terminal } from './terminal.ts';

export interface AnalyzeOptions {
  readonly json: boolean;
  /** Folder for pictures with boxes and captions. */
  readonly annotate?: string;
}

export interface AnalyzeModels {
  readonly detector: FaceDetector;
  readonly classifier: EmotionClassifier;
}

/**
 * Prints each picture's or frame's faces as they are found, a line each, and goes on past what cannot be read.
 * Resolves to the exit code: failed when nothing could be read or something could not.
 */
export async function analyze(
  pictures: AsyncIterable<PictureItem>,
  { detector, classifier }: AnalyzeModels,
  options: AnalyzeOptions,
  terminal: Terminal,
  progress: { tick(): void; done(): void },
): Promise<number> {
  if (options.annotate !== undefined) await mkdir(options.annotate, { recursive: true });
  let read = 0;
  let unreadable = 0;
  for await (const item of pictures) {
    if ('error' in item) {
      unreadable++;
      terminal.note(`${item.source}: ${item.error.message}`);
      continue;
    }
    const { source, frame, atMs, scale } = item;
    const found = await detector.detect(frame);
    const readings = await classifier.classify(
      frame,
      found.map(({ box }) => box),
    );
    const faces = found.map((face, i): AnalyzedFace => {
      const { scores } = readings[i]!;
      const emotion = strongestEmotion(scores);
      return { ...face, emotion, confidence: scores[emotion], scores };
    });
    const inOriginal = faces.map((face) => ({ ...face, box: scaleBox(face.box, scale) }));
    terminal.print(options.json ? jsonLine(item, inOriginal) : textLine(item, inOriginal));
    if (options.annotate !== undefined)
      await writeFile(
        join(options.annotate, annotatedName(source, frame.index, atMs)),
        await annotatePicture(frame, faces),
      );
    read++;
    progress.tick();
  }
  progress.done();
  if (read === 0 && unreadable === 0) terminal.note('no pictures found; give pictures, folders of pictures, or clips');
  return read > 0 && unreadable === 0 ? EXIT.ok : EXIT.failed;
}

function annotatedName(source: string, index: number, atMs: number): string {
  const suffix = index > 0 || atMs > 0 ? `-${String(index).padStart(6, '0')}` : '';
  return `${basename(source)}${suffix}.jpg`;
}

type ReadPicture = Exclude<PictureItem, { error: unknown }>;

function jsonLine({ source, frame, atMs, scale }: ReadPicture, faces: readonly AnalyzedFace[]): string {
  return JSON.stringify({
    source,
    frame: frame.index,
    atMs: Math.round(atMs),
    width: Math.round(frame.width * scale),
    height: Math.round(frame.height * scale),
    faces: faces.map(({ box, score, emotion, confidence, scores }) => ({
      box: { x: round(box.x, 1), y: round(box.y, 1), width: round(box.width, 1), height: round(box.height, 1) },
      score: round(score, 4),
      emotion,
      confidence: round(confidence, 4),
      scores: Object.fromEntries(Object.entries(scores).map(([name, value]) => [name, round(value, 4)])),
    })),
  });
}

function textLine({ source, frame, atMs }: ReadPicture, faces: readonly AnalyzedFace[]): string {
  const at = frame.index > 0 || atMs > 0 ? ` at ${(atMs / 1000).toFixed(2)} s` : '';
  const shown = faces.map(
    ({ box, emotion, confidence }) =>
      `${emotion} ${Math.round(confidence * 100)} % (${Math.round(box.width)}×${Math.round(box.height)} px at ${Math.round(box.x)},${Math.round(box.y)})`,
  );
  return `${source}${at}: ${shown.length > 0 ? shown.join(', ') : 'no face'}`;
}

/** From px of a picture that was read smaller to px of the original. */
function scaleBox({ x, y, width, height }: Box, scale: number): Box {
  return { x: x * scale, y: y * scale, width: width * scale, height: height * scale };
}

function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
