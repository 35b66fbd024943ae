export interface CosineSchedule {
  readonly peak: number;
  readonly warmupSteps: number;
  readonly totalSteps: number;
  /** Where it ends; 0 unless said. */
  readonly floor?: number;
}

/** Learning rate at a step: a linear warm-up, then half a cosine down to the floor (Loshchilov and Hutter 2017). */
export function learningRateAt({ peak, warmupSteps, totalSteps, floor = 0 }: CosineSchedule, step: number): number {
  if (step < warmupSteps) return (peak * (step + 1)) / warmupSteps;
  const done = Math.min(1, (step - warmupSteps) / Math.max(1, totalSteps - warmupSteps));
  return floor + (peak - floor) * 0.5 * (1 + Math.cos(Math.PI * done));
}
