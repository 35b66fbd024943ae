import { existsSync } from 'node:fs';
import { dirname } from 'node:path';

/** The folder, or the one in which it would be made; looking makes nothing. */
export function nearestExisting(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestExisting(dirname(folder));
}
