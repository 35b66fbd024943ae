import sharp from 'sharp';
import { EMOTIONS, type Emotion } from '../../vision/emotion.ts';
import { type GreyPicture, place, UNMOVED } from './grey-picture.ts';
import { FACE, PERSON, personSvg, roomSvg } from './scene.ts';
import { expressionAt, poseAt } from './timeline.ts';

interface Rgba {
  readonly width: number;
  readonly height: number;
  readonly values: Uint8Array;
}

/** From shadow to light: the colours that a mean face's greys become. */
const SKIN: readonly (readonly [number, number, number])[] = [
  [38, 20, 16],
  [112, 68, 52],
  [186, 134, 110],
  [226, 182, 156],
  [250, 226, 206],
];
/** A mean face is flatter than any face; this much of its own deviation spans the skin's colours. */
const CONTRAST = 0.32;
const BRIGHTNESS = 0.5;
const EXAGGERATION = 1.3;
const SHARPENING = 1.2;
/** As a share of the face's square. */
const SHARPENING_RADIUS = 0.03;

/** Draws the clip's frames from one mean face an emotion; all means have the same side. */
export async function createRenderer(
  means: ReadonlyMap<Emotion, GreyPicture>,
  width: number,
  height: number,
): Promise<(atMs: number) => Uint8Array> {
  const room = await rasterise(roomSvg(width, height));
  const person = await rasterise(personSvg());
  const neutral = means.get('neutral')!;
  const faces = new Map(
    EMOTIONS.map((emotion) => {
      const face = sharpen(exaggerate(means.get(emotion)!, neutral));
      return [emotion, place(face, UNMOVED, FACE.side).values] as const;
    }),
  );
  return (atMs) => {
    const frame = withoutAlpha(room);
    const pose = poseAt(atMs);
    if (pose === undefined) return frame;
    const drawn = drawFace(person, mix(faces, expressionAt(atMs)));
    stamp(drawn, pose, { width, height, rgb: frame });
    return frame;
  };
}

/** What a mean loses of an expression, it gets back: it goes further from the neutral face (a caricature). */
function exaggerate(mean: GreyPicture, neutral: GreyPicture): GreyPicture {
  return { ...mean, values: mean.values.map((value, i) => value + (EXAGGERATION - 1) * (value - neutral.values[i]!)) };
}

/** Unsharp masking: what is averaged over slightly different faces is blurred, and blurred faces look calm. */
function sharpen({ side, values }: GreyPicture): GreyPicture {
  const radius = Math.round(side * SHARPENING_RADIUS);
  const blurred = boxBlur(boxBlur(values, side, radius), side, radius);
  return { side, values: values.map((value, i) => value + SHARPENING * (value - blurred[i]!)) };
}

/** Mean of the (2 · radius + 1)² px around each, the border repeated; twice of it comes near to a Gaussian. */
function boxBlur(values: Float32Array, side: number, radius: number): Float32Array {
  const pass = (from: Float32Array, step: number, lane: number): Float32Array => {
    const to = new Float32Array(from.length);
    for (let l = 0; l < side; l++) {
      for (let i = 0; i < side; i++) {
        let sum = 0;
        for (let k = -radius; k <= radius; k++) sum += from[l * lane + Math.max(0, Math.min(side - 1, i + k)) * step]!;
        to[l * lane + i * step] = sum / (2 * radius + 1);
      }
    }
    return to;
  };
  return pass(pass(values, 1, side), side, 1);
}

async function rasterise(svg: string): Promise<Rgba> {
  const { data, info } = await sharp(Buffer.from(svg)).ensureAlpha().raw().toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, values: data };
}

function withoutAlpha({ width, height, values }: Rgba): Uint8Array {
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) rgb.set(values.subarray(i * 4, i * 4 + 3), i * 3);
  return rgb;
}

function mix(faces: ReadonlyMap<Emotion, Float32Array>, shares: ReadonlyMap<Emotion, number>): Float32Array {
  const mixed = new Float32Array(FACE.side * FACE.side);
  for (const [emotion, share] of shares) {
    const face = faces.get(emotion)!;
    for (let i = 0; i < mixed.length; i++) mixed[i]! += share * face[i]!;
  }
  return mixed;
}

/** The person with a face: its middle opaque, its border running into the head. */
function drawFace(person: Rgba, face: Float32Array): Rgba {
  const values = Uint8Array.from(person.values);
  for (let y = 0; y < FACE.side; y++) {
    for (let x = 0; x < FACE.side; x++) {
      const u = ((x + 0.5) / FACE.side - 0.5) / 0.43;
      const v = ((y + 0.5) / FACE.side - 0.5) / 0.53;
      const opacity = 1 - smoothstep(0.72, 1.02, Math.hypot(u, v));
      if (opacity === 0) continue;
      const colour = skin(BRIGHTNESS + CONTRAST * face[y * FACE.side + x]!);
      const at = ((FACE.y + y) * PERSON.width + FACE.x + x) * 4;
      for (let c = 0; c < 3; c++) values[at + c] = values[at + c]! * (1 - opacity) + colour[c]! * opacity;
    }
  }
  return { ...person, values };
}

function skin(light: number): [number, number, number] {
  const at = Math.max(0, Math.min(0.9999, light)) * (SKIN.length - 1);
  const below = SKIN[Math.floor(at)]!;
  const above = SKIN[Math.floor(at) + 1]!;
  const t = at % 1;
  return [0, 1, 2].map((c) => below[c]! * (1 - t) + above[c]! * t) as [number, number, number];
}

/** Lays the person over a frame, moved and scaled about the face's centre; bilinear, so that it glides. */
function stamp(
  person: Rgba,
  { x: shiftX, y: shiftY, scale: poseScale }: { readonly x: number; readonly y: number; readonly scale: number },
  frame: { readonly width: number; readonly height: number; readonly rgb: Uint8Array },
): void {
  const unit = frame.width / 640;
  const scale = poseScale * unit;
  const faceX = FACE.x + FACE.side / 2;
  const faceY = FACE.y + FACE.side / 2;
  for (let y = 0; y < frame.height; y++) {
    const py = (y + 0.5 - frame.height / 2 - shiftY * unit) / scale + faceY - 0.5;
    const y0 = Math.floor(py);
    if (y0 < 0 || y0 >= person.height - 1) continue;
    for (let x = 0; x < frame.width; x++) {
      const px = (x + 0.5 - frame.width / 2 - shiftX * unit) / scale + faceX - 0.5;
      const x0 = Math.floor(px);
      if (x0 < 0 || x0 >= person.width - 1) continue;
      blend(person, x0, y0, px - x0, py - y0, frame.rgb, (y * frame.width + x) * 3);
    }
  }
}

function blend(person: Rgba, x0: number, y0: number, tx: number, ty: number, rgb: Uint8Array, at: number): void {
  const first = (y0 * person.width + x0) * 4;
  const corners = [first, first + 4, first + person.width * 4, first + person.width * 4 + 4];
  const weights = [(1 - tx) * (1 - ty), tx * (1 - ty), (1 - tx) * ty, tx * ty];
  let alpha = 0;
  let red = 0;
  let green = 0;
  let blue = 0;
  for (let k = 0; k < 4; k++) {
    const i = corners[k]!;
    const weight = (weights[k]! * person.values[i + 3]!) / 255;
    alpha += weight;
    red += weight * person.values[i]!;
    green += weight * person.values[i + 1]!;
    blue += weight * person.values[i + 2]!;
  }
  rgb[at] = rgb[at]! * (1 - alpha) + red;
  rgb[at + 1] = rgb[at + 1]! * (1 - alpha) + green;
  rgb[at + 2] = rgb[at + 2]! * (1 - alpha) + blue;
}

function smoothstep(from: number, to: number, value: number): number {
  const t = Math.max(0, Math.min(1, (value - from) / (to - from)));
  return t * t * (3 - 2 * t);
}
