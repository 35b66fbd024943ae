const BLANK = '***';

/** Keys whose values are nobody's business, whatever they hold. */
const SECRET_KEY = /pass(?:word|wd|phrase)?$|secret|token|api_?key|authorization|credential|cookie|private_?key/i;

/** `user:password@` after a scheme, up to the last `@` before the path: a password may itself hold an `@`. */
const URL_CREDENTIALS = /([a-z][a-z0-9+.-]*:\/\/)[^/\s?#]*@/gi;

/** Query parameters that carry a secret, as many cameras' snapshot addresses do (`?user=admin&pwd=…`). */
const QUERY_SECRET = /([?&][^=&#\s]*(?:pass|pwd|token|secret|key|auth)[^=&#\s]*=)[^&#\s]*/gi;

/** A copy of any JSON-like value with passwords, tokens and credentials inside addresses blanked. */
export function redactSecrets(value: unknown): unknown {
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) return value.map(redactSecrets);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      SECRET_KEY.test(key) && inner !== undefined && inner !== null && inner !== '' ? BLANK : redactSecrets(inner),
    ]),
  );
}

/** A text with the credentials of every address in it blanked. */
export function redactText(text: string): string {
  return text.replace(URL_CREDENTIALS, `$1${BLANK}@`).replace(QUERY_SECRET, `$1${BLANK}`);
}
