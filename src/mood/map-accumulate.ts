import { map, scan, type OperatorFunction } from 'rxjs';

/** Maps each value with a memory that `step` carries on; every subscription begins with `initial`. */
export function mapAccumulate<In, State, Out>(
  initial: State,
  step: (state: State, value: In) => { readonly state: State; readonly out: Out },
): OperatorFunction<In, Out> {
  return (source) =>
    source.pipe(
      scan<In, { readonly state: State; readonly out?: Out }>((before, value) => step(before.state, value), {
        state: initial,
      }),
      map((after) => after.out as Out),
    );
}
