/** Where a command writes; passed in, so that tests can read it. */
export interface Terminal {
  /** A line of the result, on standard output. */
  readonly print: (line: string) => void;
  /** A line about the work, on standard error. */
  readonly note: (line: string) => void;
  /** Whether a person watches standard error, so that a progress bar makes sense. */
  readonly interactive: boolean;
}

/** The exit codes of every command. */
export const EXIT = { ok: 0, failed: 1, faulty: 2 } as const;
