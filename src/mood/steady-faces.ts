import type { OperatorFunction } from 'rxjs';
import type { EmotionScores } from '../vision/emotion.ts';
import type { Observation } from '../vision/observation.ts';
import { filterFaces, type FilterOptions } from './filter-faces.ts';
import type { SteadyObservation } from './mood.ts';
import { smoothFaces, type SmoothingOptions } from './smooth-faces.ts';

/** How scores of single frames become scores that last. */
export type SteadyOptions = { readonly filter: 'bayes' | 'exponential' } & SmoothingOptions &
  Omit<FilterOptions, 'labelPrior'>;

/** The configured one of `filterFaces` and `smoothFaces`. */
export function steadyFaces(
  options: SteadyOptions,
  labelPrior: EmotionScores,
): OperatorFunction<Observation, SteadyObservation> {
  return options.filter === 'bayes' ? filterFaces({ ...options, labelPrior }) : smoothFaces(options);
}
