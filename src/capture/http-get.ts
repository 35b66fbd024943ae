import { request as requestHttp, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as requestHttps } from 'node:https';
import { asyncScheduler, Observable, type SchedulerLike, switchMap, throwError, timeout } from 'rxjs';
import { CameraError } from './camera.ts';
import { answerChallenge } from './digest-auth.ts';
import { redactUrls } from './redact-url.ts';

export interface HttpGetOptions {
  /** From the request to the head of the answer. */
  readonly timeoutMs: number;
  readonly headers?: Readonly<Record<string, string>>;
}

const MAX_REDIRECTS = 3;

/**
 * GETs a URL and emits the answer when its head has come with status 200; the body is the subscriber's to read, and the
 * connection lasts until unsubscribe. A user and password in the URL answer Basic and Digest challenges (RFC 7617,
 * RFC 7616); redirects are followed, to another host without them. Errors with a `CameraError`.
 */
export function httpGet(
  url: URL,
  options: HttpGetOptions,
  scheduler: SchedulerLike = asyncScheduler,
): Observable<IncomingMessage> {
  return follow(url, url, options, undefined, MAX_REDIRECTS).pipe(
    timeout({
      first: options.timeoutMs,
      scheduler,
      with: () =>
        throwError(
          () => new CameraError('lost', `${show(url)}: no answer within ${options.timeoutMs} ms; is the camera on?`),
        ),
    }),
  );
}

/** One request; `first` is where the credentials belong to. */
function follow(
  url: URL,
  first: URL,
  options: HttpGetOptions,
  authorization: string | undefined,
  redirects: number,
): Observable<IncomingMessage> {
  return send(url, sameHost(url, first) ? options.headers : undefined, authorization).pipe(
    switchMap((response) => {
      const status = response.statusCode ?? 0;
      if (status === 200) return [response];
      response.destroy();
      const location = response.headers.location;
      if (
        status >= 300 &&
        status < 400 &&
        location !== undefined &&
        redirects > 0 &&
        URL.canParse(location, url.href)
      ) {
        return follow(new URL(location, url), first, options, undefined, redirects - 1);
      }
      const challenge = response.headers['www-authenticate'];
      if (status === 401 && authorization === undefined && first.username !== '' && sameHost(url, first)) {
        const answer = answerChallenge(challenge ?? 'Basic', url, credentialsOf(first));
        if (answer !== undefined) return follow(url, first, options, answer, redirects);
      }
      return throwError(() => refusal(first, status, response.statusMessage ?? ''));
    }),
  );
}

function send(
  url: URL,
  headers: Readonly<Record<string, string>> | undefined,
  authorization: string | undefined,
): Observable<IncomingMessage> {
  return new Observable<IncomingMessage>((subscriber) => {
    const options: RequestOptions = {
      // A connection of its own, closed after use: cameras have few, and forget to end idle ones.
      agent: false,
      headers: {
        accept: 'image/*, multipart/*',
        ...headers,
        ...(authorization === undefined ? {} : { authorization }),
      },
    };
    const bare = new URL(url);
    bare.username = '';
    bare.password = '';
    const request = url.protocol === 'https:' ? requestHttps(bare, options) : requestHttp(bare, options);
    request.on('response', (response) => {
      subscriber.next(response);
    });
    request.on('error', (cause: NodeJS.ErrnoException) => {
      subscriber.error(unreachable(url, cause));
    });
    request.end();
    return () => {
      request.destroy();
    };
  });
}

function sameHost(a: URL, b: URL): boolean {
  return a.host === b.host;
}

function credentialsOf({ username, password }: URL): { user: string; password: string } {
  return { user: decodeURIComponent(username), password: decodeURIComponent(password) };
}

function show(url: URL): string {
  return redactUrls(url.href);
}

function refusal(url: URL, status: number, text: string): CameraError {
  const what = `${show(url)}: ${status} ${text}`.trim();
  if (status === 401 || status === 403) {
    return new CameraError('refused', `${what}; check the user and password in the source`);
  }
  if (status === 404) return new CameraError('not-found', `${what}; check the path in the source`);
  return new CameraError('lost', what);
}

function unreachable(url: URL, cause: NodeJS.ErrnoException): CameraError {
  const advice: Partial<Record<string, string>> = {
    ECONNREFUSED: 'connection refused; is the camera on, and the port right?',
    ENOTFOUND: 'no such host; check the host name in the source',
    EAI_AGAIN: 'the host name cannot be looked up; check the network',
    EHOSTUNREACH: 'no route to the camera; check the address and the network',
    ENETUNREACH: 'no route to the camera; check the address and the network',
    ECONNRESET: 'the camera closed the connection',
    DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed; use http://, or name it in NODE_EXTRA_CA_CERTS',
  };
  const code = cause.code === 'ECONNREFUSED' ? 'refused' : cause.code === 'ENOTFOUND' ? 'not-found' : 'lost';
  return new CameraError(code, `${show(url)}: ${advice[cause.code ?? ''] ?? cause.message}`, { cause });
}
