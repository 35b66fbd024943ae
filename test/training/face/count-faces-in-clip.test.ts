import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { countFacesInClip } from '../../../src/training/face/count-faces-in-clip.ts';
import { FakeFaceDetector } from '../../fakes/fake-models.ts';

const run = promisify(execFile);

describe('countFacesInClip', () => {
  let dir: string;
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'moodstat-clip-'));
  });
  afterAll(async () => {
    await rm(dir, { recursive: true });
  });

  it('shows the detector every frame, whole and in order', async () => {
    const clip = join(dir, 'clip.mkv');
    const source = 'color=c=red:size=64x48:rate=10:duration=0.7';
    await run('ffmpeg', ['-v', 'error', '-f', 'lavfi', '-i', source, '-c:v', 'ffv1', clip]);
    const face = { box: { x: 0, y: 0, width: 9, height: 9 }, score: 1 };
    const detector = new FakeFaceDetector((frame) => {
      expect(frame.rgb).toHaveLength(32 * 24 * 3);
      expect(frame.rgb[0]).toBeGreaterThan(200);
      return frame.index % 2 === 0 ? [face] : [];
    });
    expect(await countFacesInClip(detector, clip, { width: 32, height: 24 })).toEqual([1, 0, 1, 0, 1, 0, 1]);
  });

  it('says which file is no clip', async () => {
    const path = join(dir, 'notes.mkv');
    await writeFile(path, 'no clip');
    await expect(countFacesInClip(new FakeFaceDetector(() => []), path)).rejects.toThrow(/notes\.mkv: ffmpeg ended/);
  });
});
