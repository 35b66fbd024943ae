import { defer, map } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, it } from 'vitest';
import { CameraError } from '../../src/capture/camera.ts';
import { superviseCamera, type SupervisionOptions } from '../../src/capture/supervise-camera.ts';
import { fakeFrame } from '../fakes/fake-camera.ts';

const lost = new CameraError('lost', 'gone');
/** `0` to `9` are frames with that index. */
const FRAMES = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [index, fakeFrame({ index })]));

const OPTIONS: SupervisionOptions = {
  stallTimeoutMs: 10,
  backoffMs: 4,
  maxBackoffMs: 16,
  stableAfterMs: 5,
  random: () => 1,
};

/** Opens one attempt after the other in virtual time and returns the states told, each with its time. */
function supervise(
  attempts: readonly string[],
  expected: { frames: string; subscriptions: readonly string[] },
  options: Partial<SupervisionOptions> = {},
  unsubscribe?: string,
): string[] {
  const states: string[] = [];
  const scheduler = new TestScheduler((actual, wanted) => {
    expect(actual).toEqual(wanted);
  });
  scheduler.run(({ cold, expectObservable, expectSubscriptions }) => {
    const sources = attempts.map((marbles) => cold(marbles, FRAMES, lost));
    let opened = 0;
    const result$ = defer(() => sources[opened++]!).pipe(
      superviseCamera({
        ...OPTIONS,
        onState: (state) => {
          const detail = state.state === 'offline' ? ` ${state.error.code}, retry in ${state.retryInMs}` : '';
          states.push(`${scheduler.now()} ${state.state}${detail}`);
        },
        ...options,
      }),
      map(({ index }) => String(index)),
    );
    expectObservable(result$, unsubscribe).toBe(expected.frames);
    expected.subscriptions.forEach((marbles, i) => {
      expectSubscriptions(sources[i]!.subscriptions).toBe(marbles);
    });
  });
  return states;
}

describe('superviseCamera', () => {
  it('hands the frames of a good camera on and tells when it is online', () => {
    const states = supervise(
      ['--0--1--2---'],
      { frames: '--0--1--2--', subscriptions: ['^----------!'] },
      {},
      '^----------!',
    );
    expect(states).toEqual(['0 opening', '2 online']);
  });

  it('opens a lost camera again after a wait and numbers the frames through', () => {
    const states = supervise(
      ['-0-1#', '-0-1---'],
      { frames: '-0-1-----2-3--', subscriptions: ['^---!', '--------^-----!'] },
      {},
      '^-------------!',
    );
    expect(states).toEqual(['0 opening', '1 online', '4 offline lost, retry in 4', '8 opening', '9 online']);
  });

  it('doubles the wait with each failure up to the longest', () => {
    const states = supervise(
      ['#', '#', '#', '#', '---'],
      { frames: '-', subscriptions: ['(^!)', '----(^!)', '------------(^!)', '28ms (^!)', '44ms ^--!'] },
      {},
      '^ 46ms !',
    );
    expect(states.filter((state) => state.includes('offline'))).toEqual([
      '0 offline lost, retry in 4',
      '4 offline lost, retry in 8',
      '12 offline lost, retry in 16',
      '28 offline lost, retry in 16',
    ]);
  });

  it.each([
    [0, 2],
    [0.5, 3],
    [1, 4],
  ])('spreads the wait: random %d gives %d ms', (random, retryInMs) => {
    const states = supervise(['#', '-'], { frames: '-', subscriptions: [] }, { random: () => random }, '^-----!');
    expect(states).toContain(`0 offline lost, retry in ${retryInMs}`);
  });

  it('starts with the short wait again once frames have come for a while', () => {
    const states = supervise(
      ['#', '0--1--2#', '0#', '-'],
      { frames: '----0--1--2----(3)', subscriptions: [] },
      {},
      '^ 22ms !',
    );
    expect(states.filter((state) => state.includes('offline'))).toEqual([
      '0 offline lost, retry in 4',
      '11 offline lost, retry in 4',
      '16 offline lost, retry in 8',
    ]);
  });

  it('does not count a camera as stable that dies at once each time', () => {
    const states = supervise(['0#', '0#', '-'], { frames: '0----1', subscriptions: [] }, {}, '^ 15ms !');
    expect(states.filter((state) => state.includes('offline'))).toEqual([
      '1 offline lost, retry in 4',
      '6 offline lost, retry in 8',
    ]);
  });

  it('closes and opens again a camera that shows nothing', () => {
    const states = supervise(
      ['-', '-0-'],
      { frames: '15ms 0---', subscriptions: ['^ 9ms !', '14ms ^---!'] },
      {},
      '^ 17ms !',
    );
    expect(states).toEqual(['0 opening', '10 offline stalled, retry in 4', '14 opening', '15 online']);
  });

  it('counts the silence from the last frame', () => {
    const states = supervise(['---0---1---', '-'], { frames: '---0---1', subscriptions: ['^ 16ms !'] }, {}, '^ 19ms !');
    expect(states.at(-1)).toBe('17 offline stalled, retry in 4');
  });

  it('takes the end of a live camera for a loss', () => {
    const states = supervise(['0|', '-'], { frames: '0', subscriptions: [] }, {}, '^--!');
    expect(states.at(-1)).toBe('1 offline lost, retry in 4');
  });

  it('completes with a finite source', () => {
    supervise(['0-1|'], { frames: '0-1|', subscriptions: ['^--!'] }, { finite: true });
  });

  it('makes a CameraError of any other error', () => {
    const states: string[] = [];
    defer(() => {
      throw new TypeError('line one\nline two');
    })
      .pipe(
        superviseCamera({
          ...OPTIONS,
          onState: (state) =>
            states.push(state.state === 'offline' ? `${state.error.name}: ${state.reason}` : state.state),
        }),
      )
      .subscribe()
      .unsubscribe();
    expect(states).toEqual(['opening', 'CameraError: line one']);
  });

  it.each([
    ['while open', ['0----'], '^--!', ['^--!']],
    ['while waiting', ['#', '-'], '^--!', ['(^!)', '']],
  ])('opens nothing after unsubscribe %s', (_, attempts, unsubscribe, subscriptions) => {
    supervise(attempts, { frames: attempts[0]!.startsWith('0') ? '0' : '-', subscriptions }, {}, unsubscribe);
  });

  it('survives being told to stop by the listener of its states', () => {
    const scheduler = new TestScheduler(() => undefined);
    scheduler.run(({ cold, flush }) => {
      const source$ = cold('-#', FRAMES, lost);
      const subscription = source$
        .pipe(
          superviseCamera({
            ...OPTIONS,
            onState: ({ state }) => {
              if (state === 'offline') subscription.unsubscribe();
            },
          }),
        )
        .subscribe();
      flush();
      expect(source$.subscriptions).toHaveLength(1);
    });
  });
});
