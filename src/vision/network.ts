/** One of a network's outputs. */
export interface OutputTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** A network's outputs by name. */
export type Outputs = Readonly<Record<string, OutputTensor>>;

/** The names by which a card knows a network's input and outputs. */
export interface NetworkNames {
  readonly input: string;
  readonly outputs: readonly string[];
}

/** A network with one input of floats, open in some engine. */
export interface Network {
  /**
   * Runs it on `values` of shape `dims`. Throws a `ModelError`, which tells what the input was in the words of `input`.
   * The outputs are the caller's; `values` may be written to again once they are there.
   */
  run(values: Float32Array, dims: readonly number[], input: () => string): Promise<Outputs>;
  close(): Promise<void>;
}

/** Size of a network's input in px. */
export interface InputSize {
  readonly width: number;
  readonly height: number;
}
