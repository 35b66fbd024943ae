import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { PageFile } from './page-files.ts';

/** Each file of the page on a route of its own. */
export function registerPage(app: FastifyInstance, { files }: { readonly files: ReadonlyMap<string, PageFile> }): void {
  for (const [route, file] of files) app.get(route, (request, reply) => sendFile(request, reply, file));
}

/** Browsers ask each time whether it has changed, so that after an update nobody mixes two versions. */
export function sendFile(request: FastifyRequest, reply: FastifyReply, file: PageFile): FastifyReply {
  void reply.headers({ 'cache-control': 'no-cache', etag: file.etag, vary: 'accept-encoding' });
  if (request.headers['if-none-match']?.split(/\s*,\s*/).includes(file.etag)) return reply.code(304).send();
  const accepted = request.headers['accept-encoding'] ?? '';
  void reply.type(file.type);
  if (file.brotli && /\bbr\b/.test(accepted)) return reply.header('content-encoding', 'br').send(file.brotli);
  if (file.gzip && /\bgzip\b/.test(accepted)) return reply.header('content-encoding', 'gzip').send(file.gzip);
  return reply.send(file.plain);
}
