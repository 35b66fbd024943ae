import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { faceCardSchema, type FaceCard } from '../../vision/face-card.ts';

/** Checks a card and writes it into the model's folder, formatted as the repository's files are. */
export async function writeFaceCard(modelDir: string, card: FaceCard): Promise<void> {
  const path = join(modelDir, 'card.json');
  const text = JSON.stringify(faceCardSchema.parse(card));
  await writeFile(path, await format(text, { ...(await resolveConfig(path)), parser: 'json', objectWrap: 'collapse' }));
}
