import { EMOTIONS, type Emotion } from '../../vision/emotion.ts';
import { Random } from '../random.ts';

/** What the face in one frame is: a picture of the pool in one of the ways it was shown to the classifier. */
export interface Shown {
  readonly track: number;
  /** Index into the pool. */
  readonly picture: number;
  readonly view: 'plain' | 'jittered' | 'turned';
  /** Which of the views of that kind; any number, the pool takes it modulo its own. */
  readonly take: number;
}

/** One frame of a composed sequence. */
export interface Moment {
  readonly atMs: number;
  /** What the person feels, seen or not; null when nobody is in the room. */
  readonly truth: Emotion | null;
  /** Undefined when no face can be seen. */
  readonly shown: Shown | undefined;
}

export interface SequenceOptions {
  readonly seed: number;
  readonly hours: number;
  /**
   * `independent`: every frame is another picture of the class, so that errors of neighbouring frames have nothing in
   * common. `held`: a picture stays for a while, its crop trembling, as errors on one face do.
   */
  readonly errors: 'independent' | 'held';
  /** `even`: every emotion as often as any other; `home`: neutral half of the time. `even` unless given. */
  readonly mix?: 'even' | 'home';
}

/** How often each emotion follows in a home: a guess, as nobody has counted. */
const HOME_MIX = { angry: 0.06, disgust: 0.01, fear: 0.02, happy: 0.25, sad: 0.08, surprise: 0.05, neutral: 0.53 };

/** Frames come this often, give or take a tenth: what the daemon asks of a camera. */
const FRAME_MS = 200;
/** Times are uniform between these, in s. */
const EMOTION_S = [10, 60] as const;
const HELD_S = [1, 5] as const;
const LOOK_AWAY_S = [0.6, 3] as const;
const HICCUP_S = [0.4, 2] as const;
const ABSENCE_S = [8, 30] as const;
/** Means of exponential waits, in s. */
const LOOK_AWAY_EVERY_S = 20;
const HICCUP_EVERY_S = 60;
/** Share of emotions before which the room is empty for a while. */
const ABSENT = 0.1;
/** A face that was away longer than this is another track: the tracker's `deathMs`. */
const TRACK_DIES_MS = 1500;

/**
 * A person in front of a camera, composed from pictures of one class after another; how often a class comes depends on the
 * mix, not on its share of the pictures. Now and then the person looks away (two frames of a turned face, none,
 * two turned ones), the camera skips frames, or nobody is there. `classes[i]` is the class of the pool's picture i. Pure:
 * the seed decides everything.
 */
export function composeSequence(
  classes: readonly Emotion[],
  { seed, hours, errors, mix = 'even' }: SequenceOptions,
): Moment[] {
  const random = new Random(seed);
  const pool = new Map(EMOTIONS.map((emotion) => [emotion, [...classes.keys()].filter((i) => classes[i] === emotion)]));
  for (const [emotion, pictures] of pool) if (pictures.length === 0) throw new RangeError(`no picture of ${emotion}`);
  const wait = (meanS: number): number => -meanS * 1000 * Math.log(1 - random.next());
  const span = ([low, high]: readonly [number, number]): number => 1000 * random.between(low, high);

  const moments: Moment[] = [];
  const endMs = hours * 3_600_000;
  let truth: Emotion | null = null;
  let picture = 0;
  let track = 1;
  let nextMs = 0;
  let seenMs = 0;
  let changeMs = 0;
  let otherPictureMs = 0;
  let hiccupMs = wait(HICCUP_EVERY_S);
  let away = { fromMs: Infinity, toMs: Infinity };
  while (nextMs < endMs) {
    const atMs = nextMs;
    nextMs += FRAME_MS * random.between(0.9, 1.1);
    if (atMs >= hiccupMs) {
      nextMs += span(HICCUP_S);
      hiccupMs = nextMs + wait(HICCUP_EVERY_S);
    }
    if (atMs >= changeMs) {
      const leaves: boolean = truth !== null && random.next() < ABSENT;
      truth = leaves ? null : anotherThan(truth, mix, random);
      changeMs = atMs + span(leaves ? ABSENCE_S : EMOTION_S);
      otherPictureMs = atMs;
      away = lookAway(atMs);
    }
    if (atMs >= away.toMs) away = lookAway(atMs);
    // Turned at the beginning and at the end, and in between nothing that a detector finds.
    const turnedMs = atMs < away.fromMs ? Infinity : Math.min(atMs - away.fromMs, away.toMs - atMs);
    if (truth === null || (turnedMs >= 2 * FRAME_MS && turnedMs < Infinity)) {
      moments.push({ atMs, truth, shown: undefined });
      continue;
    }
    if (errors === 'independent' || atMs >= otherPictureMs) {
      const pictures = pool.get(truth)!;
      picture = pictures[random.integer(pictures.length)]!;
      otherPictureMs = atMs + span(HELD_S);
    }
    if (atMs - seenMs > TRACK_DIES_MS) track++;
    seenMs = atMs;
    const view = turnedMs < Infinity ? 'turned' : errors === 'independent' ? 'plain' : 'jittered';
    moments.push({ atMs, truth, shown: { track, picture, view, take: random.integer(1 << 16) } });
  }
  return moments;

  function lookAway(afterMs: number): { fromMs: number; toMs: number } {
    const fromMs = afterMs + wait(LOOK_AWAY_EVERY_S);
    return { fromMs, toMs: fromMs + span(LOOK_AWAY_S) };
  }
}

function anotherThan(emotion: Emotion | null, mix: 'even' | 'home', random: Random): Emotion {
  const others = EMOTIONS.filter((one) => one !== emotion);
  const shares = others.map((one) => (mix === 'home' ? HOME_MIX[one] : 1));
  let left = random.next() * shares.reduce((a, b) => a + b, 0);
  return others.find((_, i) => (left -= shares[i]!) < 0) ?? others.at(-1)!;
}
