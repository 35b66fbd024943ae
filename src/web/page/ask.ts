/** What the daemon refuses, in its own words. */
export class Refusal extends Error {
  readonly status: number;
  /** What came along, such as faults. */
  readonly body: Readonly<Record<string, unknown>>;

  constructor(status: number, message: string, body: Readonly<Record<string, unknown>>) {
    super(message);
    this.name = 'Refusal';
    this.status = status;
    this.body = body;
  }
}

/** Asks the daemon; rejects with a `Refusal`, or with an `Error` in words when it does not answer. */
export async function ask<Answer>(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      credentials: 'same-origin',
      ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
    });
  } catch {
    throw new Error('moodstat does not answer; is it running?');
  }
  // Whoever is not logged in any more is asked for the password where the page begins.
  if (response.status === 401) location.reload();
  const answer = (await response.json().catch(() => ({}))) as Record<string, unknown>;
  if (response.ok) return answer as Answer;
  const { error } = answer;
  throw new Refusal(response.status, typeof error === 'string' ? error : `refused (${response.status})`, answer);
}

export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
