import type { Mood, MoodName } from '../mood/mood.ts';
import { EMOTIONS } from '../vision/emotion.ts';
import type { HistoryRecord, RuleRecord } from './history-record.ts';

/** What one stretch of time was like at one place. */
export interface TimelineBin {
  readonly fromMs: number;
  /** For how long each mood held, in ms; `null` (nobody) under `nobody`. What is missing to the bin's length is not known. */
  readonly heldMs: Readonly<Record<Exclude<MoodName, null> | 'nobody', number>>;
  /** Means over the time that somebody was there; 0 when nobody was. */
  readonly valence: number;
  readonly arousal: number;
  /** The most people at one time. */
  readonly people: number;
  /** Rules that fired, of all places: the history does not say whose mood fired them. */
  readonly fired: readonly RuleRecord[];
}

export interface TimelineOptions {
  readonly fromMs: number;
  /** The end; the last bin may reach beyond it. */
  readonly toMs: number;
  readonly binMs: number;
  /** Whose moods: a camera's, a room's when only `room` is set, the home's when neither is. */
  readonly camera: string | null;
  readonly room: string | null;
}

interface Sums {
  readonly heldMs: Record<Exclude<MoodName, null> | 'nobody', number>;
  valence: number;
  arousal: number;
  people: number;
  readonly fired: RuleRecord[];
}

/**
 * A history as a timeline of equal bins, for drawing; pure. A mood holds until the next one of the same place, but no
 * longer than it is valid: what nobody saw stays a gap. `records` are in the order of their times.
 */
export function binHistory(records: Iterable<HistoryRecord>, options: TimelineOptions): TimelineBin[] {
  const timeline = new Timeline(options);
  for (const record of records) timeline.see(record);
  return timeline.end();
}

/** The same, record by record, for a history that is too long to be held. */
export class Timeline {
  readonly #options: TimelineOptions;
  readonly #bins: Sums[];
  #last: Mood | undefined;

  constructor(options: TimelineOptions) {
    const { fromMs, toMs, binMs } = options;
    this.#options = options;
    this.#bins = Array.from({ length: Math.max(0, Math.ceil((toMs - fromMs) / binMs)) }, emptySums);
  }

  /** Records of other places are left aside. */
  see(record: HistoryRecord): void {
    if (record.type === 'rule') {
      this.#bins[this.#binAt(record.atMs)]?.fired.push(record);
      return;
    }
    const { camera, room } = this.#options;
    const { update } = record;
    // A camera's records name its room, too.
    if (update.camera !== camera || (camera === null && update.room !== room)) return;
    if (this.#last) this.#hold(this.#last, update.mood.atMs);
    this.#last = update.mood;
  }

  /** The bins; the last mood holds for as long as it is valid. */
  end(): TimelineBin[] {
    if (this.#last) this.#hold(this.#last, Infinity);
    this.#last = undefined;
    const { fromMs, binMs } = this.#options;
    return this.#bins.map((sums, i) => toBin(sums, fromMs + i * binMs));
  }

  #binAt(ms: number): number {
    return Math.floor((ms - this.#options.fromMs) / this.#options.binMs);
  }

  #hold(mood: Mood, untilMs: number): void {
    const { fromMs, binMs } = this.#options;
    const endMs = Math.min(untilMs, mood.validUntilMs, fromMs + this.#bins.length * binMs);
    for (let ms = Math.max(mood.atMs, fromMs); ms < endMs;) {
      const i = this.#binAt(ms);
      const nextMs = Math.min(endMs, fromMs + (i + 1) * binMs);
      addTo(this.#bins[i]!, mood, nextMs - ms);
      ms = nextMs;
    }
  }
}

function emptySums(): Sums {
  const heldMs = { angry: 0, disgust: 0, fear: 0, happy: 0, sad: 0, surprise: 0, neutral: 0, uncertain: 0, nobody: 0 };
  return { heldMs, valence: 0, arousal: 0, people: 0, fired: [] };
}

function addTo(sums: Sums, { mood, valence, arousal, faces }: Mood, ms: number): void {
  sums.heldMs[mood ?? 'nobody'] += ms;
  sums.valence += valence * ms;
  sums.arousal += arousal * ms;
  sums.people = Math.max(sums.people, faces);
}

function toBin({ heldMs, valence, arousal, people, fired }: Sums, fromMs: number): TimelineBin {
  const presentMs = EMOTIONS.reduce((sum, emotion) => sum + heldMs[emotion], heldMs.uncertain);
  const mean = (sum: number): number => (presentMs > 0 ? sum / presentMs : 0);
  return { fromMs, heldMs, valence: mean(valence), arousal: mean(arousal), people, fired };
}
