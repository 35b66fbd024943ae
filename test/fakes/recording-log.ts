import type { Log } from '../../src/publish/publisher.ts';

/** One line that was logged. */
export interface LogLine {
  readonly level: keyof Log;
  readonly fields: object;
  readonly message: string;
}

/** A logger that keeps its lines instead of writing them. */
export function recordingLog(): Log & { readonly lines: LogLine[]; readonly at: (level: keyof Log) => string[] } {
  const lines: LogLine[] = [];
  const at =
    (level: keyof Log) =>
    (fields: object, message: string): void => {
      lines.push({ level, fields, message });
    };
  return {
    lines,
    at: (level) => lines.filter((line) => line.level === level).map(({ message }) => message),
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
  };
}
