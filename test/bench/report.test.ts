import { describe, expect, it } from 'vitest';
import { report } from '../../bench/report.ts';
import { OPENCV } from '../peers/opencv-available.ts';

interface Figures {
  readonly default: Pipeline;
  readonly report: Pipeline;
  readonly ratio: number;
}
interface Pipeline {
  readonly frames: number;
  readonly cpuMs: number;
  readonly found: number;
  readonly right: number;
  readonly ghosts: number;
}

describe.skipIf(!OPENCV)('npm run bench -- --only report', () => {
  it('puts both pipelines side by side on the same frames', { timeout: 300_000 }, async () => {
    const { rows, figures } = await report.run({ seconds: 1, frames: 1, cameras: [1], reportModel: undefined });
    expect(rows.map(({ pipeline }) => pipeline)).toEqual(['default', "report's loop"]);
    const { default: ours, report: theirs, ratio } = figures as Figures;
    expect(ours.frames).toBe(theirs.frames);
    // What the default pipeline owes the demo; the report's network is untrained here.
    expect(ours.found).toBe(1);
    expect(ours.right).toBeGreaterThan(0.8);
    expect(ours.ghosts).toBe(0);
    expect(theirs.found).toBeGreaterThan(0.9);
    expect(ratio).toBeGreaterThan(1);
  });
});
