import type { Frame } from '../capture/frame.ts';
import type { SteadyFace } from '../mood/mood.ts';
import { type Emotion, EMOTIONS, type EmotionScores } from '../vision/emotion.ts';
import type { Glyphs } from './glyphs.ts';

/** A frame that was looked at, and the faces found in it with what is known of them by then. */
export interface View {
  readonly frame: Frame;
  readonly faces: readonly Pick<SteadyFace, 'box' | 'track' | 'scores'>[];
}

type Rgb = readonly [red: number, green: number, blue: number];

/** Amber on which black is easily read (10:1), and that stands out from skin. */
const PAPER: Rgb = [255, 176, 0];
const INK: Rgb = [26, 26, 26];
/** Fainter emotions are not worth a line. */
const WORTH_TELLING = 0.05;

/**
 * A copy of the frame with each face's box, its number and emotion above it, and the next likely ones below. The copy lies in
 * `into` (as long as the frame's pixels), which saves the system from finding a megabyte for every picture.
 */
export function drawFaces({ frame, faces }: View, glyphs: Glyphs, into = new Uint8Array(frame.rgb.length)): Frame {
  into.set(frame.rgb);
  const canvas = { ...frame, rgb: into };
  const lineWidth = Math.max(2, Math.round(Math.min(frame.width, frame.height) / 240));
  for (const { box, track, scores } of faces) {
    const left = Math.round(box.x);
    const top = Math.round(box.y);
    const right = Math.round(box.x + box.width);
    const bottom = Math.round(box.y + box.height);
    fill(canvas, left, top, right, top + lineWidth);
    fill(canvas, left, bottom - lineWidth, right, bottom);
    fill(canvas, left, top, left + lineWidth, bottom);
    fill(canvas, right - lineWidth, top, right, bottom);
    const [first, ...others] = strongest(scores);
    write(canvas, glyphs, `#${track} ${told(first!, scores)}`, left, top - glyphs.height);
    const next = others.filter((emotion) => scores[emotion] >= WORTH_TELLING).slice(0, 2);
    if (next.length > 0) write(canvas, glyphs, next.map((one) => told(one, scores)).join('  '), left, bottom);
  }
  return canvas;
}

function strongest(scores: EmotionScores): Emotion[] {
  return [...EMOTIONS].sort((a, b) => scores[b] - scores[a]);
}

function told(emotion: Emotion, scores: EmotionScores): string {
  return `${emotion} ${Math.round(scores[emotion] * 100)}%`;
}

/** Paper from (left, top) up to (right, bottom), as far as it is inside. */
function fill({ rgb, width, height }: Frame, left: number, top: number, right: number, bottom: number): void {
  for (let y = Math.max(0, top); y < Math.min(height, bottom); y++)
    for (let x = Math.max(0, left); x < Math.min(width, right); x++) rgb.set(PAPER, (y * width + x) * 3);
}

/** A line of text on paper, moved inside where it would stick out; left out of pictures smaller than it. */
function write(canvas: Frame, glyphs: Glyphs, text: string, x: number, y: number): void {
  const textWidth = (text.length + 1) * glyphs.width;
  if (textWidth > canvas.width || glyphs.height > canvas.height) return;
  const left = Math.max(0, Math.min(x, canvas.width - textWidth));
  const top = Math.max(0, Math.min(y, canvas.height - glyphs.height));
  fill(canvas, left, top, left + textWidth, top + glyphs.height);
  for (let i = 0; i < text.length; i++) {
    const ink = glyphs.inkOf(text.charAt(i));
    if (ink) stamp(canvas, ink, glyphs, left + Math.round((i + 0.5) * glyphs.width), top);
  }
}

function stamp({ rgb, width }: Frame, ink: Uint8Array, glyphs: Glyphs, left: number, top: number): void {
  for (let y = 0; y < glyphs.height; y++)
    for (let x = 0; x < glyphs.width; x++) {
      const share = ink[y * glyphs.width + x]! / 255;
      if (share === 0) continue;
      const at = ((top + y) * width + left + x) * 3;
      for (let channel = 0; channel < 3; channel++)
        rgb[at + channel] = PAPER[channel]! + (INK[channel]! - PAPER[channel]!) * share;
    }
}
