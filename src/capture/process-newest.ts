import { from, Observable, type ObservableInput, type OperatorFunction, Subscription } from 'rxjs';

/**
 * Projects one value at a time and, while that lasts, keeps only the newest of those that arrive: what comes faster than
 * it can be processed is dropped (and given to `onDropped`), never queued, so that results are never older than one
 * projection. Completes when the source and the last projection have; an error of either ends it.
 */
export function processNewest<T, R>(
  project: (value: T) => ObservableInput<R>,
  onDropped?: (value: T) => void,
): OperatorFunction<T, R> {
  return (source$) =>
    new Observable<R>((subscriber) => {
      const inner = new Subscription();
      subscriber.add(inner);
      let busy = false;
      let completed = false;
      let waiting: { readonly value: T } | undefined;

      const start = (value: T): void => {
        let result$: Observable<R>;
        try {
          result$ = from(project(value));
        } catch (error) {
          subscriber.error(error);
          return;
        }
        busy = true;
        const projection = new Subscription();
        inner.add(projection);
        projection.add(
          result$.subscribe({
            next: (result) => {
              subscriber.next(result);
            },
            error: (error: unknown) => {
              subscriber.error(error);
            },
            complete: () => {
              busy = false;
              inner.remove(projection);
              const next = waiting;
              waiting = undefined;
              if (next !== undefined) start(next.value);
              else if (completed) subscriber.complete();
            },
          }),
        );
      };

      subscriber.add(
        source$.subscribe({
          next: (value) => {
            if (!busy) {
              start(value);
              return;
            }
            if (waiting !== undefined) onDropped?.(waiting.value);
            waiting = { value };
          },
          error: (error: unknown) => {
            subscriber.error(error);
          },
          complete: () => {
            completed = true;
            if (!busy) subscriber.complete();
          },
        }),
      );
    });
}
