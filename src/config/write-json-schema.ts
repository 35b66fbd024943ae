import { writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { jsonSchemas } from './json-schemas.ts';

// Writes the published JSON Schemas anew: `npx tsx src/config/write-json-schema.ts`.
for (const [name, schema] of Object.entries(jsonSchemas())) {
  const file = new URL(`../../config/${name}`, import.meta.url);
  const options = await resolveConfig(file);
  await writeFile(file, await format(JSON.stringify(schema), { ...options, parser: 'json' }));
}
