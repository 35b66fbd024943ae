/** One of the network's outputs for one frame. */
export interface OutputTensor {
  readonly dims: readonly number[];
  readonly data: Float32Array;
}

/** The network's outputs by name. */
export type Outputs = Readonly<Record<string, OutputTensor>>;

/** Size of the network's input in px. */
export interface InputSize {
  readonly width: number;
  readonly height: number;
}
