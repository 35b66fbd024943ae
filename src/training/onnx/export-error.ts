/** A model that has no faithful form in ONNX, or options that contradict it. The message names the layer. */
export class ExportError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ExportError';
  }
}
