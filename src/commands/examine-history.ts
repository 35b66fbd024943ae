import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Finding } from './finding.ts';
import { nearestExisting } from './nearest-existing.ts';

/** Whether the history can be written, and how much of it there is. */
export async function examineHistory(file: string): Promise<Finding> {
  const subject = 'history';
  const found = await stat(file).catch(() => undefined);
  if (found && !found.isFile()) return { subject, status: 'fault', message: `${file} is no file; set history.file` };
  try {
    await access(found ? file : nearestExisting(dirname(file)), constants.W_OK);
  } catch {
    const message = `${file} cannot be written; give this user the right to write there, or set history.file`;
    return { subject, status: 'fault', message };
  }
  const size = found ? `${(found.size / 1e6).toFixed(1)} MB` : 'nothing there yet';
  return { subject, status: 'ok', message: `${file} can be written (${size})` };
}
