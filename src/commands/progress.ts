import { Presets, SingleBar } from 'cli-progress';
import type { Terminal } from './terminal.ts';

/** Counts what is done; draws a bar on standard error when a person watches, else nothing. */
export interface Progress {
  tick(): void;
  done(): void;
}

/** `total` may be unknown (a clip's frames): then the bar only counts. */
export function createProgress(terminal: Terminal, total: number | undefined): Progress {
  if (!terminal.interactive) return { tick: () => undefined, done: () => undefined };
  const format =
    total === undefined ? '{value} frames, {duration_formatted}' : '{bar} {value}/{total}, {eta_formatted} left';
  const bar = new SingleBar(
    { format, stream: process.stderr, clearOnComplete: true, hideCursor: true },
    Presets.shades_classic,
  );
  bar.start(total ?? 0, 0);
  return {
    tick: () => {
      bar.increment();
    },
    done: () => {
      bar.stop();
    },
  };
}
