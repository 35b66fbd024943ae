import { createRequire } from 'node:module';
import sharp, { type OverlayOptions } from 'sharp';
import type { Frame } from '../capture/frame.ts';
import type { AnalyzedFace } from './analyzed-face.ts';

/** The captions' font comes with the project: a server often has none, and would draw empty boxes. */
const FONT_FILE = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');

/**
 * The frame with a box and a caption (`happy 81 %`) for each face, as a JPEG.
 * Rejects with sharp's error when the frame's bytes do not fit its size.
 */
export async function annotatePicture(frame: Frame, faces: readonly AnalyzedFace[]): Promise<Buffer> {
  const { width, height } = frame;
  const overlays: OverlayOptions[] = [{ input: Buffer.from(boxesSvg(width, height, faces)), left: 0, top: 0 }];
  for (const face of faces) {
    const caption = await drawCaption(
      `${face.emotion} ${Math.round(face.confidence * 100)} %`,
      Math.min(width, height),
    );
    if (caption.width > width || caption.height > height) continue;
    overlays.push({
      input: caption.png,
      left: clamp(Math.round(face.box.x), 0, width - caption.width),
      top: clamp(Math.round(face.box.y) - caption.height - 2, 0, height - caption.height),
    });
  }
  return sharp(frame.rgb, { raw: { width, height, channels: 3 } })
    .composite(overlays)
    .jpeg({ quality: 90 })
    .toBuffer();
}

function boxesSvg(width: number, height: number, faces: readonly AnalyzedFace[]): string {
  const stroke = Math.max(2, Math.round(Math.min(width, height) / 240));
  const boxes = faces.map(
    ({ box }) =>
      `<rect x="${box.x}" y="${box.y}" width="${box.width}" height="${box.height}" fill="none" stroke="#ffb000" stroke-width="${stroke}"/>`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">${boxes.join('')}</svg>`;
}

async function drawCaption(text: string, shortSidePx: number): Promise<{ png: Buffer; width: number; height: number }> {
  const dpi = clamp(Math.round(shortSidePx / 4), 72, 300);
  const drawn = await sharp({
    text: {
      text: `<span foreground="#1a1a1a" background="#ffb000"> ${text} </span>`,
      font: 'DejaVu Sans',
      fontfile: FONT_FILE,
      rgba: true,
      dpi,
    },
  })
    .png()
    .toBuffer({ resolveWithObject: true });
  return { png: drawn.data, width: drawn.info.width, height: drawn.info.height };
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, value));
}
