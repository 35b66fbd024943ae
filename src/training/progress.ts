import { SingleBar } from 'cli-progress';

export interface ProgressOptions {
  /** What runs, such as `epoch 3/28`. */
  readonly label: string;
  /** How many pictures there are. */
  readonly total: number;
  /** Pictures done before this run, when it goes on from a checkpoint. */
  readonly from?: number;
  /** The terminal; standard error unless said, so that standard output stays for results. */
  readonly stream?: NodeJS.WritableStream & { readonly isTTY?: boolean };
  /** The clock, in ms. */
  readonly nowMs?: () => number;
}

export interface Progress {
  /** How many pictures are done, and what to show beside them: loss, accuracy. */
  update(done: number, figures: Readonly<Record<string, number>>): void;
  /** Leaves the last state on the terminal and frees the line. */
  stop(): void;
}

/** Without a terminal a line is written each time another such share is done. */
const PLAIN_SHARE = 0.1;

/**
 * Shows how far a training is: a bar with figures, pictures a second and the time left on a terminal, plain lines
 * elsewhere (a log file, a service).
 */
export function createProgress(options: ProgressOptions): Progress {
  const { label, total, from = 0, stream = process.stderr, nowMs = () => performance.now() } = options;
  const startedMs = nowMs();
  let done = from;
  let figures: Readonly<Record<string, number>> = {};
  const text = (): string => describe({ done, total, from, figures, elapsedMs: nowMs() - startedMs });

  if (stream.isTTY !== true) {
    let written = Math.floor(from / total / PLAIN_SHARE);
    const write = (): void => {
      stream.write(`${label}: ${text()}\n`);
    };
    return {
      update(nowDone, nowFigures) {
        [done, figures] = [nowDone, nowFigures];
        const reached = Math.floor(done / total / PLAIN_SHARE + 1e-9);
        if (reached <= written) return;
        written = reached;
        write();
      },
      stop() {
        if (done < total) write();
      },
    };
  }

  const bar = new SingleBar({
    format: `${label} {bar} {percentage}% {text}`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 24,
    hideCursor: true,
    stream,
    // Ctrl-C is the training's own affair: it writes a checkpoint first.
    gracefulExit: false,
  });
  bar.start(total, from, { text: '' });
  return {
    update(nowDone, nowFigures) {
      [done, figures] = [nowDone, nowFigures];
      bar.update(done, { text: text() });
    },
    stop() {
      bar.stop();
    },
  };
}

interface State {
  readonly done: number;
  readonly total: number;
  readonly from: number;
  readonly figures: Readonly<Record<string, number>>;
  readonly elapsedMs: number;
}

function describe({ done, total, from, figures, elapsedMs }: State): string {
  const shown = Object.entries(figures).map(([name, value]) => `${name} ${value.toFixed(3)}`);
  const perSecond = elapsedMs > 0 ? ((done - from) * 1000) / elapsedMs : 0;
  const left = perSecond > 0 ? formatDuration((total - done) / perSecond) : 'unknown';
  return [`${done}/${total}`, ...shown, `${perSecond.toFixed(0)} pictures/s`, `${left} left`].join(', ');
}

/** `42 s`, `3 min 05 s`, `2 h 07 min`. */
export function formatDuration(seconds: number): string {
  const whole = Math.round(seconds);
  const two = (n: number): string => String(n).padStart(2, '0');
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}
