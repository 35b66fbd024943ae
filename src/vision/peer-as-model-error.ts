import { PeerError } from '../peers/peer.ts';
import { ModelError } from './model-error.ts';

/** A missing or broken package as a `ModelError`, for a model is what asked for it; anything else is thrown again. */
export function asModelError(error: unknown): never {
  if (!(error instanceof PeerError)) throw error;
  throw new ModelError('package', error.message, { cause: error });
}
