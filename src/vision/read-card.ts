import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { ModelError } from './model-error.ts';

/** Reads the card of a model. Throws a `ModelError` that names the file, the key and what is wrong with it. */
export async function readCard<T>(modelDir: string, schema: z.ZodType<T>): Promise<T> {
  const path = join(modelDir, 'card.json');
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new ModelError('missing', `${path}: cannot be read; a model is a folder with card.json and its weights`, {
      cause,
    });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (cause) {
    throw new ModelError('bad-card', `${path}: is not JSON (${(cause as Error).message}); repair or restore it`, {
      cause,
    });
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map((issue) => `${issue.path.join('.') || 'card'}: ${issue.message}`).join('; ');
  throw new ModelError('bad-card', `${path}: ${faults}; correct the card or restore the model`, {
    cause: parsed.error,
  });
}
