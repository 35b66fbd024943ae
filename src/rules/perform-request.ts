import type { HttpAction } from './rule.ts';

const MAX_REDIRECTS = 5;

/** These keep their method when they are redirected; the others become a GET (RFC 9110 §15.4). */
const KEEPS_METHOD = new Set([307, 308]);

/**
 * Makes a request and tells how it ended; never rejects. An answer of 200 to 299 is good. Redirects lead only to the same
 * host, and never from https to http: what a rule may speak to is written in the rule.
 */
export async function performRequest(
  request: HttpAction,
  stopped: AbortSignal,
): Promise<{ readonly ok: boolean; readonly detail: string }> {
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(request.timeoutMs)]);
  let url = new URL(request.url);
  let { method } = request;
  let body = request.body && ('json' in request.body ? JSON.stringify(request.body.json) : request.body.text);
  const headers = new Headers(request.headers);
  if (request.body && !headers.has('content-type'))
    headers.set('content-type', 'json' in request.body ? 'application/json' : 'text/plain; charset=utf-8');
  try {
    for (let redirects = 0; ; redirects++) {
      const init = { method, headers, signal, redirect: 'manual' } as const;
      const response = await fetch(url, body === undefined ? init : { ...init, body });
      await response.body?.cancel();
      const { status } = response;
      const location = response.headers.get('location');
      if (status < 300 || status > 399 || location === null) return { ok: response.ok, detail: `answered ${status}` };
      const next = new URL(location, url);
      if (next.hostname !== url.hostname || (url.protocol === 'https:' && next.protocol !== 'https:'))
        return { ok: false, detail: `redirects to ${next.protocol}//${next.host}, which is not followed` };
      if (redirects === MAX_REDIRECTS) return { ok: false, detail: `redirects more than ${MAX_REDIRECTS} times` };
      if (!KEEPS_METHOD.has(status) && method !== 'GET' && method !== 'HEAD') {
        method = 'GET';
        body = undefined;
        headers.delete('content-type');
      }
      url = next;
    }
  } catch (error) {
    return { ok: false, detail: reasonOf(error, request.timeoutMs) };
  }
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `no answer in ${timeoutMs / 1000} s`;
  if (error.name === 'AbortError') return 'moodstat stops';
  const { cause } = error;
  // What fetch says is only "fetch failed"; why, stands behind it.
  if (cause instanceof Error) return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
  return error.message;
}
