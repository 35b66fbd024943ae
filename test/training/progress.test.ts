import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createProgress, formatDuration } from '../../src/training/progress.ts';

function fakeTerminal(isTTY: boolean): { stream: PassThrough & { isTTY: boolean }; text: () => string } {
  const stream = Object.assign(new PassThrough(), { isTTY, columns: 200 });
  return { stream, text: () => (stream.read() as Buffer | null)?.toString() ?? '' };
}

describe('without a terminal', () => {
  test('a plain line for every tenth, with figures, speed and the time left', () => {
    const { stream, text } = fakeTerminal(false);
    let nowMs = 0;
    const progress = createProgress({ label: 'epoch 1/2', total: 1000, stream, nowMs: () => nowMs });
    for (let done = 50; done <= 1000; done += 50) {
      nowMs += 500;
      progress.update(done, { loss: 1.5, accuracy: done / 1000 });
    }
    progress.stop();
    const lines = text().trimEnd().split('\n');
    expect(lines).toHaveLength(10);
    expect(lines[0]).toBe('epoch 1/2: 100/1000, loss 1.500, accuracy 0.100, 100 pictures/s, 9 s left');
    expect(lines[9]).toBe('epoch 1/2: 1000/1000, loss 1.500, accuracy 1.000, 100 pictures/s, 0 s left');
  });

  test('a resumed epoch counts only its own pictures in its speed', () => {
    const { stream, text } = fakeTerminal(false);
    let nowMs = 0;
    const progress = createProgress({ label: 'epoch', total: 1000, from: 500, stream, nowMs: () => nowMs });
    nowMs = 1000;
    progress.update(600, {});
    expect(text()).toBe('epoch: 600/1000, 100 pictures/s, 4 s left\n');
  });

  test('a break leaves a last line', () => {
    const { stream, text } = fakeTerminal(false);
    const progress = createProgress({ label: 'epoch', total: 1000, stream, nowMs: () => 0 });
    progress.update(40, { loss: 2 });
    expect(text()).toBe('');
    progress.stop();
    expect(text()).toBe('epoch: 40/1000, loss 2.000, 0 pictures/s, unknown left\n');
  });
});

test('on a terminal, a bar', () => {
  const { stream, text } = fakeTerminal(true);
  let nowMs = 0;
  const progress = createProgress({ label: 'epoch 3/28', total: 200, stream, nowMs: () => nowMs });
  nowMs = 2000;
  progress.update(100, { loss: 0.25 });
  progress.stop();
  const shown = text();
  expect(shown).toContain('epoch 3/28');
  expect(shown).toContain('█');
  expect(shown).toContain('50% 100/200, loss 0.250, 50 pictures/s, 2 s left');
});

test.each([
  [0.4, '0 s'],
  [59.6, '1 min 00 s'],
  [185, '3 min 05 s'],
  [7625, '2 h 07 min'],
])('%d seconds read %s', (seconds, text) => {
  expect(formatDuration(seconds)).toBe(text);
});
