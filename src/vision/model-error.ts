export type ModelErrorCode = 'missing' | 'bad-card' | 'bad-weights' | 'unsupported' | 'package' | 'inference';

/** A model that cannot be loaded or run. The message names the folder and says what to do. */
export class ModelError extends Error {
  readonly code: ModelErrorCode;

  constructor(code: ModelErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ModelError';
    this.code = code;
  }
}
