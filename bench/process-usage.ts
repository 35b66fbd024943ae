import { readdir, readFile } from 'node:fs/promises';

/** What a process and its children (ffmpeg) have taken. */
export interface ProcessUsage {
  readonly cpuMs: number;
  /** Resident memory in MB (2^20 bytes): the process alone, and its children together. */
  readonly rssMb: number;
  readonly childrenRssMb: number;
}

/** `USER_HZ` of Linux on every platform that Node runs on. */
const TICK_MS = 10;
const PAGE_MB = 4096 / 2 ** 20;

interface Stat {
  readonly pid: number;
  readonly parent: number;
  readonly cpuMs: number;
  readonly rssMb: number;
}

/** Reads `/proc` (proc(5)); rejects where there is none. */
export async function usageOf(pid: number): Promise<ProcessUsage> {
  const all: Stat[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    // A process may end between the listing and the reading.
    const text = await readFile(`/proc/${entry}/stat`, 'utf8').catch(() => undefined);
    if (text !== undefined) all.push(parseStat(text));
  }
  const own = all.find((stat) => stat.pid === pid);
  if (!own) throw new Error(`there is no process ${pid}`);
  const children = all.filter(({ parent }) => parent === pid);
  return {
    cpuMs: own.cpuMs + children.reduce((sum, { cpuMs }) => sum + cpuMs, 0),
    rssMb: own.rssMb,
    childrenRssMb: children.reduce((sum, { rssMb }) => sum + rssMb, 0),
  };
}

function parseStat(text: string): Stat {
  // The name, in brackets, may hold anything, spaces and brackets too.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const field = (number: number): number => Number(fields[number - 3]);
  return {
    pid: Number.parseInt(text, 10),
    parent: field(4),
    cpuMs: (field(14) + field(15)) * TICK_MS,
    rssMb: field(24) * PAGE_MB,
  };
}
