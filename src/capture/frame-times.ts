/** A line of the filter `showinfo`, for example `[Parsed_showinfo_0 @ 0x55] [info] n:   3 pts:   1920 pts_time:0.15 …`. */
const SHOWINFO = /\bn:\s*(\d+)\s+pts:\s*\S+\s+pts_time:\s*(\S+)/;
/** The level prefix of `-loglevel level+info`. */
const COMPLAINT = /\[(error|fatal|panic)\]\s*/;

/** Times of a clip's frames from what ffmpeg writes to standard error, which may come before or after the pixels. */
export class FrameTimes {
  readonly #timesMs: number[] = [];
  #line = '';
  #ended = false;
  #wake: (() => void) | undefined;

  /** Takes a piece of standard error and returns the complaints that it completes, a line each. */
  push(text: string): string {
    const lines = (this.#line + text).split(/[\r\n]+/);
    this.#line = lines.pop() ?? '';
    let complaints = '';
    for (const line of lines) {
      const match = SHOWINFO.exec(line);
      if (match !== null) this.#timesMs[Number(match[1])] = Number(match[2]) * 1000;
      else if (COMPLAINT.test(line)) complaints += `${line.replace(COMPLAINT, '')}\n`;
    }
    this.#wake?.();
    return complaints;
  }

  /** Nothing more will come; whoever waits for a time gets the best guess. */
  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  /** Time of a frame since the first one, in ms; the one before's when the clip does not say (`NOPTS`). */
  async of(index: number): Promise<number> {
    while (this.#timesMs[index] === undefined && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      this.#wake = undefined;
    }
    const atMs = (this.#timesMs[index] ?? NaN) - (this.#timesMs[0] ?? NaN);
    if (Number.isFinite(atMs)) return Math.max(0, atMs);
    return index === 0 ? 0 : await this.of(index - 1);
  }
}
