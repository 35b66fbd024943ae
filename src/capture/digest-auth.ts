import { createHash, randomBytes } from 'node:crypto';

export interface Credentials {
  readonly user: string;
  readonly password: string;
}

const HASHES: Partial<Record<string, string>> = { MD5: 'md5', 'SHA-256': 'sha256' };

/**
 * The Authorization header that answers a `WWW-Authenticate` challenge to GET a URL: Digest (RFC 7616; MD5 or SHA-256,
 * qop `auth` or none, as most IP cameras demand it), else Basic (RFC 7617); undefined when it asks for something else.
 */
export function answerChallenge(
  challenge: string,
  url: URL,
  { user, password }: Credentials,
  cnonce = randomBytes(8).toString('hex'),
): string | undefined {
  const digest = /\bDigest\s+(.*)/is.exec(challenge)?.[1];
  if (digest === undefined) {
    if (!/\bBasic\b/i.test(challenge)) return undefined;
    return `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`;
  }
  const realm = parameter(digest, 'realm') ?? '';
  const nonce = parameter(digest, 'nonce') ?? '';
  const opaque = parameter(digest, 'opaque');
  const algorithm = parameter(digest, 'algorithm') ?? 'MD5';
  const hashName = HASHES[algorithm.toUpperCase()];
  const qop = parameter(digest, 'qop');
  if (hashName === undefined) return undefined;
  if (qop !== undefined && !qop.split(',').some((one) => one.trim() === 'auth')) return undefined;

  const hash = (text: string): string => createHash(hashName).update(text, 'utf8').digest('hex');
  const uri = url.pathname + url.search;
  const count = '00000001';
  const secret = hash(`${user}:${realm}:${password}`);
  const request = hash(`GET:${uri}`);
  const response = hash([secret, nonce, ...(qop === undefined ? [] : [count, cnonce, 'auth']), request].join(':'));
  const parts = [
    ...[`username="${escape(user)}"`, `realm="${escape(realm)}"`, `nonce="${nonce}"`, `uri="${uri}"`],
    ...[`algorithm=${algorithm}`, `response="${response}"`],
    ...(qop === undefined ? [] : ['qop=auth', `nc=${count}`, `cnonce="${cnonce}"`]),
    ...(opaque === undefined ? [] : [`opaque="${opaque}"`]),
  ];
  return `Digest ${parts.join(', ')}`;
}

function parameter(challenge: string, name: string): string | undefined {
  const match = new RegExp(`(?:^|[\\s,])${name}\\s*=\\s*(?:"([^"]*)"|([^\\s,]+))`, 'i').exec(challenge);
  return match?.[1] ?? match?.[2];
}

function escape(text: string): string {
  return text.replaceAll(/["\\]/g, '\\$&');
}
