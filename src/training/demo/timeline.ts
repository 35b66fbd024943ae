import type { Emotion } from '../../vision/emotion.ts';

/** What the clip shows from one time to another; null while nobody is in the room. */
export interface Shot {
  readonly fromMs: number;
  readonly toMs: number;
  readonly emotion: Emotion | null;
}

/** The expressions in the order they are shown, and for how long each is held. */
const HELD: readonly (readonly [Emotion, number])[] = [
  ['neutral', 3500],
  ['happy', 6000],
  ['surprise', 5000],
  ['neutral', 4000],
  ['sad', 6000],
  ['angry', 5000],
  ['fear', 5000],
  ['disgust', 5000],
  ['neutral', 3500],
];
const MORPH_MS = 700;
const WALK_MS = 1000;
const EMPTY_MS = 7000;

/** The clip's truth: between two shots the face is on its way, and no answer is wrong. */
export const SHOTS: readonly Shot[] = planShots();

/** Length of the clip. */
export const CLIP_MS = SHOTS.at(-1)!.toMs;

function planShots(): Shot[] {
  let atMs = WALK_MS;
  const shots = HELD.map(([emotion, heldMs]): Shot => {
    const shot = { fromMs: atMs, toMs: atMs + heldMs, emotion };
    atMs += heldMs + MORPH_MS;
    return shot;
  });
  const goneMs = atMs - MORPH_MS + WALK_MS;
  return [...shots, { fromMs: goneMs, toMs: goneMs + EMPTY_MS, emotion: null }];
}

/** How much of each expression the face shows at a time; the shares sum to one. */
export function expressionAt(atMs: number): ReadonlyMap<Emotion, number> {
  const shots = SHOTS.filter((shot) => shot.emotion !== null);
  const next = shots.findIndex((shot) => atMs < shot.fromMs);
  const before = next === -1 ? shots.at(-1)! : shots[Math.max(0, next - 1)]!;
  const after = next === -1 ? before : shots[next]!;
  const share = after.fromMs > before.toMs ? ease((atMs - before.toMs) / (after.fromMs - before.toMs)) : 0;
  const shares = new Map([[before.emotion!, 1 - share]]);
  if (share > 0) shares.set(after.emotion!, (shares.get(after.emotion!) ?? 0) + share);
  return shares;
}

/** Where the person stands: how far the face's centre is from the picture's, and how large it is; undefined when gone. */
export interface Pose {
  readonly x: number;
  readonly y: number;
  readonly scale: number;
}

/** In px of a picture 640 wide. The person walks in from the left, sways, and leaves to the right. */
export function poseAt(atMs: number): Pose | undefined {
  const leavesMs = SHOTS.at(-1)!.fromMs - WALK_MS;
  const offstagePx = 480;
  if (atMs >= leavesMs + WALK_MS) return undefined;
  const entering = 1 - ease(atMs / WALK_MS);
  const leaving = ease((atMs - leavesMs) / WALK_MS);
  const wave = (periodMs: number): number => Math.sin((2 * Math.PI * atMs) / periodMs);
  return {
    x: 55 * wave(13_000) + offstagePx * (leaving - entering),
    y: 8 * wave(5300) - 15,
    scale: 1 + 0.14 * wave(17_000),
  };
}

/** From 0 to 1 without a jerk at either end (smoothstep). */
function ease(t: number): number {
  const inside = Math.max(0, Math.min(1, t));
  return inside * inside * (3 - 2 * inside);
}
