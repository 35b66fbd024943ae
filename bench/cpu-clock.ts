/** CPU time of this process, all threads, in ms. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

type Run = (i: number) => unknown;

/** CPU ms a call of `run`: the least of five rounds, after a warm-up, for what disturbs only ever adds. */
export async function cpuOf(run: Run, count = 100): Promise<number> {
  const [ms] = await cpuOfEach([run], count);
  return ms!;
}

/** The same for several, round by round in turn: what is compared is then disturbed alike. */
export async function cpuOfEach(runs: readonly Run[], count = 100): Promise<number[]> {
  const ROUNDS = 5;
  const each = Math.ceil(count / ROUNDS);
  const least = runs.map(() => Infinity);
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round++)
    for (const [index, run] of runs.entries()) {
      const startMs = cpuMs();
      for (let i = round * each; i < (round + 1) * each; i++) await run(i);
      if (round > 0) least[index] = Math.min(least[index]!, (cpuMs() - startMs) / each);
    }
  return least;
}

/** Nearest-rank quantile (0 to 1) of values in any order; NaN of none. */
export function quantile(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(q * sorted.length) - 1))] ?? NaN;
}
