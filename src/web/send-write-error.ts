import type { FastifyReply } from 'fastify';
import { WriteError } from '../state/written-file.ts';

/** Says why a file was left as it is: 409 when somebody else has changed it, 503 when it cannot be written. */
export function sendWriteError(reply: FastifyReply, error: unknown): FastifyReply {
  if (!(error instanceof WriteError)) throw error;
  return reply.code(error.code === 'changed' ? 409 : 503).send({ error: error.message, code: error.code });
}
