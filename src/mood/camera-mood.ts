import { map, type OperatorFunction, pipe } from 'rxjs';
import { decideMood, type DecisionOptions } from './decide-mood.ts';
import { evidenceBy } from './evidence.ts';
import type { Mood, SteadyObservation } from './mood.ts';
import type { Strategy } from './strategy.ts';

export type CameraMoodOptions = DecisionOptions & {
  /** How several faces become one mood. */
  readonly strategy: Strategy;
};

/** From a camera's steadied faces to its mood: one for each observation. */
export function cameraMood(options: CameraMoodOptions): OperatorFunction<SteadyObservation, Mood> {
  return pipe(map(evidenceBy(options.strategy)), decideMood(options));
}
