import { EMPTY, map, NEVER, type Observable, of, throwError, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { processNewest } from '../../src/capture/process-newest.ts';

function marbles(test: Parameters<TestScheduler['run']>[0]): void {
  new TestScheduler((actual, expected) => {
    expect(actual).toEqual(expected);
  }).run(test);
}

/** Answers a value in upper case after 3 ms, and completes with it. */
const slowly = (value: string): Observable<string> => timer(3).pipe(map(() => value.toUpperCase()));

describe('processNewest', () => {
  it.each([
    ['never', '-', '-'],
    ['empty', '|', '|'],
    ['one', '-a|', '----(A|)'],
    ['slow values', '-a----b----|', '----A----B-|'],
    ['values while busy: the newest is next', '-abc-----|', '----A--C-|'],
    ['always busy', 'abcdefg|', '---A--D--(G|)'],
    ['completion with one waiting', '-ab|', '----A--(B|)'],
    ['an error at once', '#', '#'],
    ['an error while busy', '-a-#', '---#'],
  ])('%s', (_, source, expected) => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold(source);
      expectObservable(source$.pipe(processNewest(slowly))).toBe(expected);
      const end = source.search(/[|#]/);
      expectSubscriptions(source$.subscriptions).toBe(
        end === -1 ? '^' : end === 0 ? '(^!)' : `^${'-'.repeat(end - 1)}!`,
      );
    });
  });

  it('gives what it drops to the caller', () => {
    const dropped: string[] = [];
    marbles(({ cold, expectObservable, flush }) => {
      expectObservable(cold('abcd---e|').pipe(processNewest(slowly, (value) => dropped.push(value)))).toBe(
        '---A--D---(E|)',
      );
      flush();
    });
    expect(dropped).toEqual(['b', 'c']);
  });

  const broken = new Error('broken');

  it('ends with the error of a projection, and closes the source', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold('-a---b---');
      const result$ = source$.pipe(processNewest((value) => (value === 'a' ? of('A') : throwError(() => broken))));
      expectObservable(result$).toBe('-A---#', undefined, broken);
      expectSubscriptions(source$.subscriptions).toBe('^----!');
    });
  });

  it('ends with what the projection throws', () => {
    marbles(({ cold, expectObservable }) => {
      const result$ = cold('-a-').pipe(
        processNewest(() => {
          throw broken;
        }),
      );
      expectObservable(result$).toBe('-#', undefined, broken);
    });
  });

  it('goes on after a projection without a result', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('ab-c|').pipe(processNewest((value) => (value === 'a' ? EMPTY : of(value))))).toBe('-b-c|');
    });
  });

  it('closes the projection under way and the source on unsubscribe', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold('-a------');
      const projection$ = cold('--x-----');
      expectObservable(source$.pipe(processNewest(() => projection$)), '^----!').toBe('---x--');
      expectSubscriptions(source$.subscriptions).toBe('^----!');
      expectSubscriptions(projection$.subscriptions).toBe('-^---!');
    });
  });

  it('closes the source when it is enough', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold('-a-b-c-');
      expectObservable(source$.pipe(processNewest(() => NEVER)), '^------!').toBe('--------');
      expectSubscriptions(source$.subscriptions).toBe('^------!');
    });
  });

  it('takes a burst of synchronous projections without growing the stack', () => {
    const results: number[] = [];
    of(...Array.from({ length: 20_000 }, (_, i) => i))
      .pipe(processNewest((value) => of(value)))
      .subscribe((value) => results.push(value));
    expect(results).toHaveLength(20_000);
  });
});
