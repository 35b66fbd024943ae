import type { DetectedFace } from './face.ts';
import type { FaceDecoderCard } from './face-card.ts';
import type { InputSize, Outputs } from './network.ts';

/**
 * Decodes YuNet (Wu et al. 2023, as in OpenCV's FaceDetectorYN): the score is the geometric mean of class and
 * objectness; the box's centre is offset from the cell's corner, its size is logarithmic, both in strides.
 */
export function decodeYunet(
  card: Extract<FaceDecoderCard, { type: 'yunet' }>,
  outputs: Outputs,
  input: InputSize,
  minScore: number,
): DetectedFace[] {
  const faces: DetectedFace[] = [];
  for (const level of card.outputs) {
    const classes = outputs[level.class]!.data;
    const objects = outputs[level.objectness]!.data;
    const boxes = outputs[level.box]!.data;
    const columns = Math.ceil(input.width / level.stride);
    for (let location = 0; location < classes.length; location++) {
      const score = Math.sqrt(unit(classes[location]!) * unit(objects[location]!));
      if (!(score >= minScore)) continue;
      const at = location * 4;
      const width = Math.exp(boxes[at + 2]!) * level.stride;
      const height = Math.exp(boxes[at + 3]!) * level.stride;
      const x = ((location % columns) + boxes[at]!) * level.stride - width / 2;
      const y = (Math.floor(location / columns) + boxes[at + 1]!) * level.stride - height / 2;
      faces.push({ box: { x, y, width, height }, score });
    }
  }
  return faces;
}

function unit(value: number): number {
  return Math.min(1, Math.max(0, value));
}
