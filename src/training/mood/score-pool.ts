import { EMOTIONS, type Emotion, type EmotionClassifier, type EmotionScores } from '../../vision/emotion.ts';
import { boxOfSquare, type CropRule } from '../../vision/face-crop.ts';
import { type LabelledPicture, pixelKey, SIDE } from '../emotion/data-set.ts';
import { majority } from '../emotion/targets.ts';
import { Random } from '../random.ts';
import type { Shown } from './compose-sequence.ts';

/** A picture whose voters agree, and what the classifier says to each view of it. */
export interface PooledPicture {
  readonly emotion: Emotion;
  readonly scores: Readonly<Record<Shown['view'], readonly EmotionScores[]>>;
}

const JITTERED = 6;
const TURNED = 2;
/** A detector's box trembles by so much of its side from frame to frame … */
const SHIFT = 0.06;
/** … and its size by this share. */
const ZOOM = 0.1;
/** A turned face is so much narrower, and stands off the box's centre by up to this share of its side. */
const NARROWER = [0.5, 0.75] as const;
const OFF_CENTRE = 0.17;

/**
 * One half of the pictures that have a majority among the seven; the other half is for choosing constants. Copies of a
 * picture are in the same half.
 */
export function halfOf(pictures: readonly LabelledPicture[], half: 'tune' | 'report', seed: number): LabelledPicture[] {
  const groups = new Map<string, LabelledPicture[]>();
  for (const picture of pictures) {
    if (!picture.votes || majority(picture.votes) === undefined) continue;
    const key = pixelKey(picture);
    groups.set(key, [...(groups.get(key) ?? []), picture]);
  }
  const shuffled = new Random(seed).shuffle([...groups.values()]);
  const middle = shuffled.length >> 1;
  return (half === 'tune' ? shuffled.slice(0, middle) : shuffled.slice(middle)).flat();
}

/** Shows every picture to the classifier in all views: as it is, with trembling crops, turned. */
export async function scorePool(
  classifier: EmotionClassifier,
  crop: CropRule,
  pictures: readonly LabelledPicture[],
  seed: number,
  onPicture: () => void = () => undefined,
): Promise<PooledPicture[]> {
  const random = new Random(seed);
  const boxAt = (dx: number, dy: number, zoom: number) =>
    boxOfSquare({ x: SIDE * ((1 - zoom) / 2 + dx), y: SIDE * ((1 - zoom) / 2 + dy), size: SIDE * zoom }, crop);
  const show = async (pixels: Uint8Array, boxes: readonly ReturnType<typeof boxAt>[]) => {
    const rgb = new Uint8Array(SIDE * SIDE * 3);
    pixels.forEach((v, i) => rgb.fill(v, i * 3, i * 3 + 3));
    const frame = { camera: 'data-set', index: 0, atMs: 0, width: SIDE, height: SIDE, rgb };
    return (await classifier.classify(frame, boxes)).map(({ scores }) => scores);
  };
  const pool: PooledPicture[] = [];
  for (const { pixels, votes } of pictures) {
    const tremble = () =>
      boxAt(random.between(-SHIFT, SHIFT), random.between(-SHIFT, SHIFT), random.between(1 - ZOOM, 1 + ZOOM));
    const [plain, ...jittered] = await show(pixels, [boxAt(0, 0, 1), ...Array.from({ length: JITTERED }, tremble)]);
    const turned: EmotionScores[] = [];
    for (let i = 0; i < TURNED; i++) {
      const away = turn(pixels, random.between(...NARROWER), SIDE * random.between(-OFF_CENTRE, OFF_CENTRE));
      turned.push(...(await show(away, [boxAt(0, 0, 1)])));
    }
    const emotion = EMOTIONS[majority(votes!)!]!;
    pool.push({ emotion, scores: { plain: [plain!], jittered, turned } });
    onPicture();
  }
  return pool;
}

/** The scores of what a moment shows. */
export function scoresOf(pool: readonly PooledPicture[], { picture, view, take }: Shown): EmotionScores {
  const takes = pool[picture]!.scores[view];
  return takes[take % takes.length]!;
}

/** Squeezed to `narrower` of its width and moved by `shiftPx`, the border repeated: a poor likeness of a turned head. */
function turn(pixels: Uint8Array, narrower: number, shiftPx: number): Uint8Array {
  const middle = (SIDE - 1) / 2;
  return pixels.map((_, i) => {
    const x = Math.min(SIDE - 1, Math.max(0, ((i % SIDE) - middle - shiftPx) / narrower + middle));
    const left = Math.min(SIDE - 2, Math.floor(x));
    const row = i - (i % SIDE) + left;
    return Math.round(pixels[row]! + (pixels[row + 1]! - pixels[row]!) * (x - left));
  });
}
