import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { readEpochs, recordEpoch, renderCurves } from '../../src/training/curves.ts';

describe('recording epochs', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'moodstat-curves-'));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  test('appends a line an epoch and redraws the page', async () => {
    await recordEpoch(folder, 'Emotion', { epoch: 1, trainLoss: 2, accuracy: 0.3 });
    const first = await readFile(join(folder, 'training.html'), 'utf8');
    await recordEpoch(folder, 'Emotion', { epoch: 2, trainLoss: 1.5, accuracy: 0.4 });
    const second = await readFile(join(folder, 'training.html'), 'utf8');
    expect((await readFile(join(folder, 'log.ndjson'), 'utf8')).trim().split('\n')).toHaveLength(2);
    expect(first).not.toContain('epoch 2: 1.5');
    expect(second).toContain('trainLoss, epoch 1: 2');
    expect(second).toContain('trainLoss, epoch 2: 1.5');
    expect(await readdir(folder)).toEqual(['log.ndjson', 'training.html']);
  });

  test('an epoch trained again replaces its older line in the drawing, not in the log', async () => {
    for (const accuracy of [0.1, 0.2]) await recordEpoch(folder, 'x', { epoch: 1, accuracy });
    expect(await readEpochs(join(folder, 'log.ndjson'))).toEqual([{ epoch: 1, accuracy: 0.2 }]);
    expect((await readFile(join(folder, 'log.ndjson'), 'utf8')).trim().split('\n')).toHaveLength(2);
  });
});

describe('the page', () => {
  const epochs = [
    { epoch: 1, trainLoss: 2, loss: 1.8, accuracy: 0.4, learningRate: 0.1, seconds: 60 },
    { epoch: 2, trainLoss: 1, loss: 1.2, accuracy: 0.6, learningRate: 0.05, seconds: 61 },
  ];
  const panels = (html: string): string[] => html.match(/<figure>.*?<\/figure>/gs) ?? [];

  test('puts losses, accuracies and rates in diagrams of their own, and everything in the table', () => {
    const html = renderCurves({ title: 'T', epochs });
    expect(panels(html).map((p) => [...p.matchAll(/<title>(\w+), epoch 1/g)].map((m) => m[1]))).toEqual([
      ['trainLoss', 'loss'],
      ['accuracy'],
      ['learningRate'],
    ]);
    expect(html).toContain('<td>61</td>');
  });

  test('draws the panels it is told', () => {
    const html = renderCurves({ title: 'T', epochs, panels: [{ title: 'Time', figures: ['seconds'] }] });
    expect(panels(html)).toHaveLength(1);
    expect(panels(html)[0]).toContain('Time');
  });

  test('higher values stand higher', () => {
    const html = renderCurves({ title: 'T', epochs, panels: [{ title: 'A', figures: ['accuracy'] }] });
    const [first, second] = [...html.matchAll(/cy="([\d.]+)"/g)].map((m) => Number(m[1]));
    expect(second).toBeLessThan(first!);
  });

  test('is ruled at round values that enclose the curve', () => {
    const html = renderCurves({ title: 'T', epochs, panels: [{ title: 'A', figures: ['accuracy'] }] });
    expect([...html.matchAll(/text-anchor="end">([\d.]+)</g)].map((m) => m[1])).toEqual([
      '0.4',
      '0.45',
      '0.5',
      '0.55',
      '0.6',
    ]);
  });

  test('needs nothing from elsewhere, and shows titles as text', () => {
    const html = renderCurves({ title: '<b>&', epochs });
    expect(html).not.toMatch(/src=|href=|@import|url\(/);
    expect(html).toContain('&lt;b&gt;&amp;');
    expect(html).toContain('light-dark(');
  });

  test.each([[[]], [[{ epoch: 1, loss: 1 }]], [[{ epoch: 1, loss: NaN }]]])(
    'survives few or odd figures: %j',
    (few) => {
      expect(renderCurves({ title: 'T', epochs: few })).not.toMatch(/"[^"]*NaN[^"]*"/);
    },
  );
});
