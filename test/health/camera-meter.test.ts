import { describe, expect, it } from 'vitest';
import { CameraMeter } from '../../src/health/camera-meter.ts';

describe('CameraMeter', () => {
  it('knows nothing before the first frame', () => {
    expect(new CameraMeter(0).read(5000)).toEqual({
      fps: 0,
      framesSeen: 0,
      framesDropped: 0,
      framesFailed: 0,
      latencyP50Ms: null,
      latencyP95Ms: null,
    });
  });

  it('counts, and tells median and 95th percentile by nearest rank', () => {
    const meter = new CameraMeter(0);
    for (let i = 1; i <= 100; i++) meter.seen(i * 100 - i, i * 100);
    meter.dropped();
    meter.failed();
    expect(meter.read(10_000)).toEqual({
      fps: 10,
      framesSeen: 100,
      framesDropped: 1,
      framesFailed: 1,
      latencyP50Ms: 50,
      latencyP95Ms: 95,
    });
  });

  it('forgets what is older than a minute, but goes on counting', () => {
    const meter = new CameraMeter(0);
    for (let atMs = 0; atMs < 300_000; atMs += 200) meter.seen(atMs - (atMs < 200_000 ? 500 : 10), atMs);
    const { fps, framesSeen, latencyP95Ms } = meter.read(300_000);
    expect(fps).toBeCloseTo(5, 1);
    expect(framesSeen).toBe(1500);
    expect(latencyP95Ms).toBe(10);
  });
});
