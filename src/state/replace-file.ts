import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Replaces a file in one step; a kill, or the power going, leaves either the old or the new text. Only we may read it. */
export async function replaceFile(path: string, text: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(`${path}.partial`, 'w', 0o600);
  try {
    await file.writeFile(text);
    // Else the rename may reach the disk before the text does.
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(`${path}.partial`, path);
}
