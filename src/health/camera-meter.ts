/** Samples older than this do not count towards rates and latencies. */
const WINDOW_MS = 60_000;

export interface CameraReadings {
  /** Frames a second that went through vision, over the last minute or since the start. */
  readonly fps: number;
  readonly framesSeen: number;
  readonly framesDropped: number;
  readonly framesFailed: number;
  /** From the frame's time to its mood; null before the first one. */
  readonly latencyP50Ms: number | null;
  readonly latencyP95Ms: number | null;
}

/** Counts what became of one camera's frames. Times are given to it, in ms since the Unix epoch. */
export class CameraMeter {
  readonly #startMs: number;
  #samples: { atMs: number; latencyMs: number }[] = [];
  #seen = 0;
  #dropped = 0;
  #failed = 0;

  constructor(startMs: number) {
    this.#startMs = startMs;
  }

  seen(frameAtMs: number, nowMs: number): void {
    this.#seen++;
    this.#samples.push({ atMs: nowMs, latencyMs: nowMs - frameAtMs });
    if (this.#samples[0]!.atMs < nowMs - 2 * WINDOW_MS) this.#samples = this.#recent(nowMs);
  }

  dropped(): void {
    this.#dropped++;
  }

  failed(): void {
    this.#failed++;
  }

  read(nowMs: number): CameraReadings {
    const recent = this.#recent(nowMs);
    const latencies = recent.map(({ latencyMs }) => latencyMs).sort((a, b) => a - b);
    const spanMs = Math.min(WINDOW_MS, nowMs - this.#startMs);
    return {
      fps: spanMs > 0 ? (recent.length / spanMs) * 1000 : 0,
      framesSeen: this.#seen,
      framesDropped: this.#dropped,
      framesFailed: this.#failed,
      latencyP50Ms: quantile(latencies, 0.5),
      latencyP95Ms: quantile(latencies, 0.95),
    };
  }

  #recent(nowMs: number): { atMs: number; latencyMs: number }[] {
    return this.#samples.filter(({ atMs }) => atMs > nowMs - WINDOW_MS);
  }
}

/** Nearest rank of sorted values. */
function quantile(sorted: readonly number[], q: number): number | null {
  return sorted.length === 0 ? null : sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)]!;
}
