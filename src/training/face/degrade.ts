import { Random } from '../random.ts';
import { renderWindow } from './pixels.ts';

/** Standard normal values to draw noise from; a table is ten times faster than drawing each. */
function noiseTable(): Float32Array {
  const random = new Random(16_411);
  return Float32Array.from({ length: 16_411 }, () => random.normal());
}

/** Turns a rendered crop into what a camera in a home might have delivered, as the network's input. */
export type Degrade = (crop: Uint8Array, out: Float32Array, offset: number) => void;

/**
 * Builds the degradation of crops of size × size: loss of detail, less colour or none, white balance, brightness down
 * to evening light, contrast, gamma, sensor noise. Writes `(value − 127.5) / 127.5` at `offset` of `out`.
 */
export function createDegrade(random: Random, size: number): Degrade {
  const table = noiseTable();
  const small = new Uint8Array(size * size * 3);
  const curves = [new Float32Array(256), new Float32Array(256), new Float32Array(256)] as const;
  return (crop, out, offset) => {
    if (random.next() < 0.2) softenDetail(random, crop, size, small);
    const greyShare = random.next() < 0.3 ? 1 : random.next() < 0.4 ? random.between(0, 0.8) : 0;
    if (greyShare > 0) mixGrey(crop, Math.round(greyShare * 256));
    const dark = random.next() < 0.2;
    drawCurves(random, curves, dark);
    const noisy = dark ? 0.6 : 0.2;
    const noise = random.next() < noisy ? random.between(1, dark ? 6 : 9) / 127.5 : 0;
    const [red, green, blue] = curves;
    const length = size * size * 3;
    if (noise === 0) {
      for (let i = 0; i < length; i += 3) {
        out[offset + i] = red[crop[i]!]!;
        out[offset + i + 1] = green[crop[i + 1]!]!;
        out[offset + i + 2] = blue[crop[i + 2]!]!;
      }
      return;
    }
    let n = random.integer(table.length);
    for (let i = 0; i < length; i += 3) {
      for (let c = 0; c < 3; c++) {
        const value = curves[c]![crop[i + c]!]! + noise * table[n]!;
        out[offset + i + c] = value < -1 ? -1 : value > 1 ? 1 : value;
        if (++n === table.length) n = 0;
      }
    }
  };
}

/** Down to 35–80 % and back up: a small sensor, an upscaled stream, a face out of focus. */
function softenDetail(random: Random, crop: Uint8Array, size: number, small: Uint8Array): void {
  const smallSize = Math.round(size * random.between(0.35, 0.8));
  const scale = smallSize / size;
  renderWindow(
    { width: size, height: size, rgb: crop },
    { originX: 0, originY: 0, scale, mirrored: false },
    smallSize,
    small,
  );
  const back = { originX: 0, originY: 0, scale: 1 / scale, mirrored: false };
  renderWindow({ width: smallSize, height: smallSize, rgb: small }, back, size, crop);
}

function mixGrey(crop: Uint8Array, share: number): void {
  for (let i = 0; i < crop.length; i += 3) {
    const grey = (crop[i]! * 77 + crop[i + 1]! * 151 + crop[i + 2]! * 28) >> 8;
    crop[i]! += ((grey - crop[i]!) * share) >> 8;
    crop[i + 1]! += ((grey - crop[i + 1]!) * share) >> 8;
    crop[i + 2]! += ((grey - crop[i + 2]!) * share) >> 8;
  }
}

/** A curve a channel, byte → −1…1: gain, contrast about mid-grey, offset, gamma and white balance. */
function drawCurves(random: Random, curves: readonly Float32Array[], dark: boolean): void {
  const gain = dark ? Math.exp(random.between(Math.log(0.2), Math.log(0.6))) : random.between(0.7, 1.35);
  const contrast = random.between(0.75, 1.25);
  const shift = dark ? 0 : random.between(-20, 20);
  const gamma = Math.exp(random.between(-0.3, 0.3));
  for (const curve of curves) {
    const balance = random.between(0.88, 1.12);
    for (let v = 0; v < 256; v++) {
      const bent = 255 * Math.pow(v / 255, gamma);
      const value = ((bent - 127.5) * contrast + 127.5 + shift) * gain * balance;
      curve[v] = (Math.max(0, Math.min(255, value)) - 127.5) / 127.5;
    }
  }
}
