import { describe, expect, it } from 'vitest';
import type { Frame } from '../../src/capture/frame.ts';
import { createObserver } from '../../src/vision/observe-frame.ts';
import { FakeEmotionClassifier, FakeFaceDetector } from '../fakes/fake-models.ts';
import { scoresOf } from '../mood/observations.ts';

const BOX = { x: 10, y: 20, width: 30, height: 40 };

function frame(index: number): Frame {
  return { camera: 'living', index, atMs: index * 200, width: 4, height: 2, rgb: new Uint8Array(24) };
}

describe('createObserver', () => {
  it('joins detection, track and emotion', async () => {
    const classifier = new FakeEmotionClassifier(() => scoresOf('surprise', 0.7));
    const observe = createObserver(new FakeFaceDetector(() => [{ box: BOX, score: 0.8 }]), classifier);
    await observe(frame(0));
    const { faces, ...rest } = await observe(frame(1));
    expect(rest).toEqual({ camera: 'living', frame: 1, atMs: 200, width: 4, height: 2 });
    expect(faces).toEqual([
      {
        box: BOX,
        score: 0.8,
        track: 1,
        emotion: 'surprise',
        confidence: 0.7,
        scores: scoresOf('surprise', 0.7),
        sharpness: 1,
      },
    ]);
    expect(classifier.asked).toEqual([[], [BOX]]);
  });

  it('sees an empty room', async () => {
    const observe = createObserver(new FakeFaceDetector(() => []), new FakeEmotionClassifier(() => scoresOf('sad')));
    expect((await observe(frame(0))).faces).toEqual([]);
  });

  it('goes on after a model failed on one frame', async () => {
    const detector = new FakeFaceDetector(({ index }) => {
      if (index === 1) throw new Error('broken frame');
      return [{ box: BOX, score: 0.8 }];
    });
    const observe = createObserver(detector, new FakeEmotionClassifier(() => scoresOf('sad')));
    await observe(frame(0));
    await expect(observe(frame(1))).rejects.toThrow('broken frame');
    expect((await observe(frame(2))).faces[0]!.track).toBe(1);
  });
});
