import type * as z from 'zod';

/** What somebody sent is not what a route takes; Fastify answers with its status. */
export class BadInput extends Error {
  readonly statusCode = 400;

  constructor(message: string) {
    super(message);
    this.name = 'BadInput';
  }
}

/** What came in, as a schema wants it; throws a `BadInput` that says all that is wrong in one line. */
export function readInput<Schema extends z.ZodType>(schema: Schema, input: unknown): z.output<Schema> {
  const result = schema.safeParse(input ?? {});
  if (result.success) return result.data;
  const words = result.error.issues.map(({ path, message }) => {
    const place = path.map(String).join('.');
    return place === '' ? message : `${place}: ${message}`;
  });
  throw new BadInput(words.join('; '));
}
