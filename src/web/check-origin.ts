import { isIP } from 'node:net';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/**
 * By which names the page may be called: an address, as no page elsewhere can have its name lead to one and be called by
 * it; this machine's own name; and those that are configured. Any other name may belong to somebody who lets it lead
 * here for the reader's browser (DNS rebinding).
 */
export function isOwnHost(host: string | undefined, ownNames: readonly string[]): boolean {
  const url = `http://${host ?? ''}`;
  // An address with a path, a user or a query is no host.
  if (host === undefined || !/^[\w.:[\]-]+$/.test(host) || !URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  return isIP(hostname.replace(/^\[|\]$/g, '')) !== 0 || hostname === 'localhost' || ownNames.includes(hostname);
}

/**
 * Whether a request that changes something comes from this page, or from a program: browsers name the page it comes from
 * with every such request, and no page can make them keep silent.
 */
export function isOwnOrigin(origin: string | undefined, fetchSite: string | undefined, host: string): boolean {
  if (origin !== undefined) return URL.canParse(origin) && new URL(origin).host === new URL(`http://${host}`).host;
  return fetchSite === undefined || fetchSite === 'same-origin' || fetchSite === 'none';
}

/** Whether another page asks for something of ours that is not simply a link to it. */
export function isForeignRead(fetchSite: string | undefined, fetchMode: string | undefined): boolean {
  return (fetchSite === 'cross-site' || fetchSite === 'same-site') && fetchMode !== 'navigate';
}

const READS: ReadonlySet<string> = new Set(['GET', 'HEAD']);

/** Refuses what other pages send to this one. */
export function checkOrigin(app: FastifyInstance, { ownNames }: { readonly ownNames: readonly string[] }): void {
  app.addHook('onRequest', (request, reply, done) => {
    const refusal = refuse(request, ownNames);
    if (refusal === undefined) {
      done();
      return;
    }
    void answer(reply, refusal);
  });
}

interface Refusal {
  readonly status: number;
  readonly error: string;
}

function refuse({ method, host, headers }: FastifyRequest, ownNames: readonly string[]): Refusal | undefined {
  if (!isOwnHost(host, ownNames))
    return { status: 421, error: 'the page is not called by this name; add it to web.allowed_hosts' };
  const site = headers['sec-fetch-site'];
  const isRead = READS.has(method);
  if (isRead ? isForeignRead(one(site), one(headers['sec-fetch-mode'])) : !isOwnOrigin(headers.origin, one(site), host))
    return { status: 403, error: 'only the page itself may ask for that' };
  return undefined;
}

function one(header: string | string[] | undefined): string | undefined {
  return Array.isArray(header) ? header.join() : header;
}

function answer(reply: FastifyReply, { status, error }: Refusal): FastifyReply {
  return reply.code(status).send({ error });
}
