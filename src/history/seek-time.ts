import type { FileHandle } from 'node:fs/promises';

/** A stretch this short is read rather than searched. */
const NEAR_BYTES = 64 * 1024;
/** Some lines; ours have some 500 characters. */
const LOOK_BYTES = 8 * 1024;
/** Records of two cameras may be written some ms out of their order. */
const DISORDER_MS = 5000;

/**
 * The offset of a line of a history before which every record is older than a time; near the first that is not, found by
 * halving, so that a day of records need not be read for its last minutes. What is no line of ours makes it stay further in front.
 */
export async function seekTime(handle: FileHandle, bytes: number, ms: number): Promise<number> {
  const buffer = Buffer.alloc(LOOK_BYTES);
  let [low, high] = [0, bytes];
  while (high - low > NEAR_BYTES) {
    const middle = Math.floor((low + high) / 2);
    const { bytesRead } = await handle.read(buffer, 0, LOOK_BYTES, middle);
    const lineEnd = buffer.subarray(0, bytesRead).indexOf(0x0a);
    const line = buffer.toString('latin1', lineEnd + 1, bytesRead);
    const atMs = lineEnd < 0 ? undefined : timeOfLine(line);
    if (atMs === undefined || atMs >= ms - DISORDER_MS) high = middle;
    else low = middle + lineEnd + 1;
  }
  return low;
}

/** The time that a line of ours begins with, without reading the rest of it; undefined when it does not. */
export function timeOfLine(line: string): number | undefined {
  const [, at] = /^\{"at":"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z)"/.exec(line) ?? [];
  return at === undefined ? undefined : Date.parse(at);
}
