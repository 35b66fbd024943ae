import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { limitRate } from '../../src/capture/limit-rate.ts';

describe('limitRate', () => {
  it.each([
    ['lets a slow source through', 100, 'a 49ms b 49ms c 49ms |', 'a 49ms b 49ms c 49ms |'],
    ['forgives a camera that is a little early', 20, 'a 45ms b 53ms c', 'a 45ms b 53ms c'],
    ['drops what is too fast', 100, 'abcdefghijklmnopqrstuvw|', 'a-------i---------s----|'],
    ['does not catch up after a silence', 100, 'a 99ms bcd|', 'a 99ms b--|'],
    ['passes an error on', 100, 'ab#', 'a-#'],
    ['never', 100, '-', '-'],
    ['empty', 100, '|', '|'],
  ])('%s', (_, perSecond, source, expected) => {
    const scheduler = new TestScheduler((actual, wanted) => {
      expect(actual).toEqual(wanted);
    });
    scheduler.run(({ cold, expectObservable }) => {
      expectObservable(cold(source).pipe(limitRate(perSecond, scheduler))).toBe(expected);
    });
  });

  it('turns 30 a second into 5 a second, not 4.3', () => {
    let passed = 0;
    const scheduler = new TestScheduler(() => undefined);
    scheduler.run(({ cold, flush }) => {
      // 30 s at 33 ms
      const source$ = cold(`${'a 32ms '.repeat(909)}|`);
      source$.pipe(limitRate(5, scheduler)).subscribe(() => passed++);
      flush();
    });
    expect(passed).toBeGreaterThanOrEqual(149);
    expect(passed).toBeLessThanOrEqual(151);
  });

  it('unsubscribes from its source', () => {
    const scheduler = new TestScheduler((actual, wanted) => {
      expect(actual).toEqual(wanted);
    });
    scheduler.run(({ cold, expectObservable, expectSubscriptions }) => {
      const source$ = cold('a--a--');
      expectObservable(source$.pipe(limitRate(1000, scheduler)), '^--!').toBe('a---');
      expectSubscriptions(source$.subscriptions).toBe('^--!');
    });
  });
});
