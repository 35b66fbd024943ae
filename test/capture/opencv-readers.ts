import { readdir, readFile } from 'node:fs/promises';

/** Process ids of this process's OpenCV readers, by Linux's /proc; one that has ended but was not waited for counts. */
export async function openCvReaders(): Promise<number[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const [stat, line] = await Promise.all([
        readFile(`/proc/${pid}/stat`, 'utf8'),
        readFile(`/proc/${pid}/cmdline`, 'utf8'),
      ]).catch(() => ['', ''] as const);
      // pid (name) state ppid …
      const parent = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
      return parent === process.pid && line.includes('opencv-reader') ? [Number(pid)] : [];
    }),
  );
  return found.flat();
}
