import type { DetectedFace } from './face.ts';
import type { FaceDecoderCard } from './face-card.ts';
import type { Outputs } from './network.ts';

/** Bounds of the raw distances, as in training: e³ ≈ 20 strides. */
const MAX_LOG_DISTANCE = 3;
const MIN_LOG_DISTANCE = -4;

/**
 * Decodes moodstat's own detector. A location answers for the centre of its cell; its box lies at the given distances
 * to the left, top, right and bottom of that centre (Tian et al. 2019, FCOS).
 */
export function decodeMoodstat(
  card: Extract<FaceDecoderCard, { type: 'moodstat' }>,
  outputs: Outputs,
  minScore: number,
): DetectedFace[] {
  const faces: DetectedFace[] = [];
  // Comparing logits spares an exponential for each of the thousands of empty locations.
  const minLogit = Math.log(minScore / (1 - minScore));
  for (const { name, stride } of card.outputs) {
    const { dims, data } = outputs[name]!;
    const planar = card.layout === 'NCHW';
    const rows = dims[planar ? 2 : 1]!;
    const columns = dims[planar ? 3 : 2]!;
    const locationStep = planar ? 1 : 5;
    const channelStep = planar ? rows * columns : 1;
    for (let location = 0; location < rows * columns; location++) {
      const at = location * locationStep;
      const logit = data[at]!;
      if (!(logit >= minLogit)) continue;
      const distance = (side: number): number =>
        stride * Math.exp(Math.min(MAX_LOG_DISTANCE, Math.max(MIN_LOG_DISTANCE, data[at + side * channelStep]!)));
      const left = distance(1);
      const top = distance(2);
      const x = ((location % columns) + 0.5) * stride - left;
      const y = (Math.floor(location / columns) + 0.5) * stride - top;
      const box = { x, y, width: left + distance(3), height: top + distance(4) };
      faces.push({ box, score: 1 / (1 + Math.exp(-logit)) });
    }
  }
  return faces;
}
