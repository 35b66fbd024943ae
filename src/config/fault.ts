/** One thing wrong in a file that somebody wrote, and where. */
export interface Fault {
  /** As the reader named it, or found beside the file that names it. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1, in UTF-16 code units. */
  readonly column: number;
  /** One line for people; holds no secret. */
  readonly message: string;
  /** A warning stops nothing. */
  readonly severity: 'error' | 'warning';
}

/** `file:line:column: message`, the form that editors and terminals make clickable. */
export function formatFault({ file, line, column, message, severity }: Fault): string {
  return `${file}:${line}:${column}: ${severity === 'warning' ? 'warning: ' : ''}${message}`;
}

/** Faults in reading order: as the files were read, then by line and column. */
export function sortFaults(faults: readonly Fault[]): Fault[] {
  const files = [...new Set(faults.map(({ file }) => file))];
  return [...faults].sort(
    (a, b) => files.indexOf(a.file) - files.indexOf(b.file) || a.line - b.line || a.column - b.column,
  );
}

export type ConfigErrorCode = 'missing' | 'faulty';

/** A configuration that cannot be used. The message names every fault, one a line. */
export class ConfigError extends Error {
  readonly code: ConfigErrorCode;
  readonly faults: readonly Fault[];

  constructor(code: ConfigErrorCode, faults: readonly Fault[], options?: ErrorOptions) {
    super(faults.map(formatFault).join('\n'), options);
    this.name = 'ConfigError';
    this.code = code;
    this.faults = faults;
  }
}
