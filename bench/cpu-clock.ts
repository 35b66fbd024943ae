/** CPU time of this process, all threads, in ms. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** CPU ms a call of `run`: the least of five rounds, after a warm-up, for what disturbs only ever adds. */
export async function cpuOf(run: (i: number) => unknown, count = 100): Promise<number> {
  const ROUNDS = 5;
  const each = Math.ceil(count / ROUNDS);
  for (let i = 0; i < each; i++) await run(i);
  let least = Infinity;
  for (let round = 1, i = each; round <= ROUNDS; round++) {
    const startMs = cpuMs();
    for (const end = i + each; i < end; i++) await run(i);
    least = Math.min(least, (cpuMs() - startMs) / each);
  }
  return least;
}

/** Nearest-rank quantile (0 to 1) of values in any order; NaN of none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? NaN;
}
