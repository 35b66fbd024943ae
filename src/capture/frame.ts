/** One picture from one camera. */
export interface Frame {
  /** Name of the camera, as in the configuration. */
  readonly camera: string;
  /** Counts the frames of this camera since it was opened, dropped ones included. */
  readonly index: number;
  /** When the frame was taken, in ms since the Unix epoch; for files and the demo, when it was due. */
  readonly atMs: number;
  /** Width in px. */
  readonly width: number;
  /** Height in px. */
  readonly height: number;
  /** 8-bit RGB, row-major, tightly packed: `width * height * 3` bytes. */
  readonly rgb: Uint8Array;
}
