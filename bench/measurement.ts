/** What was measured: rows for people, and the same as figures for programs. */
export interface Measured {
  /** A table; every row has the same keys. */
  readonly rows: readonly Readonly<Record<string, string | number>>[];
  /** What the table does not say, a line each. */
  readonly notes: readonly string[];
  readonly figures: unknown;
}

export interface MeasurementOptions {
  /** How long each point of a measurement in real time lasts. */
  readonly seconds: number;
  /** Frames that go through the memory measurement. */
  readonly frames: number;
  /** Counts of cameras to try. */
  readonly cameras: readonly number[];
  /** Folder of the report's network; without it an untrained one is measured. */
  readonly reportModel: string | undefined;
}

export interface Measurement {
  /** For `--only`. */
  readonly name: string;
  readonly title: string;
  run(options: MeasurementOptions): Promise<Measured>;
}

/** A figure in a table. */
export function digits(value: number, count = 2): string {
  return Number.isFinite(value) ? value.toFixed(count) : '–';
}
