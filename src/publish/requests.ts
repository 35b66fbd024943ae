/** What somebody asked the daemon for, on `bridge/request/<name>`. */
export interface BridgeRequest {
  /** The JSON object as it came; an empty payload gives an empty one. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Repeated in the response, so that the asker knows its own. */
  readonly transaction?: string | number;
}

/** How a request ended. */
export type BridgeResponse =
  { readonly status: 'ok'; readonly data: unknown } | { readonly status: 'error'; readonly error: string };

/** Long enough for any UUID; a longer one would come back from us as a large message. */
const MAX_TRANSACTION_CHARS = 128;

/** Reads a request; a text says in words what is wrong with it. */
export function parseRequest(payload: string): BridgeRequest | string {
  if (payload.trim() === '') return { data: {} };
  let data: unknown;
  try {
    data = JSON.parse(payload);
  } catch {
    return 'the payload is not JSON';
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return 'the payload is not a JSON object';
  const { transaction, ...rest } = data as { transaction?: unknown };
  if (transaction === undefined) return { data: rest };
  if (typeof transaction === 'number') return { data: rest, transaction };
  if (typeof transaction !== 'string') return '`transaction` must be a text or a number';
  if (transaction.length > MAX_TRANSACTION_CHARS) return `\`transaction\` is longer than ${MAX_TRANSACTION_CHARS}`;
  return { data: rest, transaction };
}

/** A response as JSON, with the request's transaction when it had one. */
export function responsePayload(response: BridgeResponse, transaction?: string | number): string {
  const body =
    response.status === 'ok'
      ? { status: response.status, data: response.data ?? {} }
      : { status: response.status, error: response.error };
  return JSON.stringify(transaction === undefined ? body : { ...body, transaction });
}
