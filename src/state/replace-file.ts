import { mkdir, open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';

/** Only we may read it. */
const OWN = 0o600;

/**
 * Replaces a file in one step; a kill, or the power going, leaves either the old or the new text. Only we may read it,
 * unless `mode` says otherwise.
 */
export async function replaceFile(path: string, text: string, mode = OWN): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const file = await open(`${path}.partial`, 'w', mode);
  try {
    await file.writeFile(text);
    // The mode of a new file is less what the system takes away (umask), and one that was left behind has its own.
    await file.chmod(mode);
    // Else the rename may reach the disk before the text does.
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(`${path}.partial`, path);
}
