import type { DetectedFace } from './face.ts';
import type { FaceDecoderCard } from './face-card.ts';
import { decodeMoodstat } from './face-decoder-moodstat.ts';
import type { InputSize, Outputs } from './network.ts';
import { decodeUltraface } from './face-decoder-ultraface.ts';
import { decodeYunet } from './face-decoder-yunet.ts';

/** Reads faces of at least `minScore` out of a network's outputs, in px of its input, unsorted and overlapping. */
export type FaceDecoder = (outputs: Outputs, input: InputSize, minScore: number) => DetectedFace[];

/** The decoder that a model's card names. */
export function createFaceDecoder(card: FaceDecoderCard): FaceDecoder {
  switch (card.type) {
    case 'moodstat':
      return (outputs, _input, minScore) => decodeMoodstat(card, outputs, minScore);
    case 'yunet':
      return (outputs, input, minScore) => decodeYunet(card, outputs, input, minScore);
    case 'ultraface':
      return (outputs, input, minScore) => decodeUltraface(card, outputs, input, minScore);
  }
}
