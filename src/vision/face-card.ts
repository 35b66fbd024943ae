import { z } from 'zod';
import { readCard } from './read-card.ts';

const triple = z.tuple([z.number(), z.number(), z.number()]);

const inputSchema = z.strictObject({
  name: z.string(),
  layout: z.enum(['NCHW', 'NHWC']),
  /** Order of the channels that the network takes; `grey` is one channel. */
  colour: z.enum(['rgb', 'bgr', 'grey']),
  /** The network is given (value − mean) × scale, a value a channel in the order of `colour`; grey uses the first. */
  mean: triple,
  scale: triple,
  /** Px; the frame is fitted inside. */
  width: z.int().positive(),
  height: z.int().positive(),
  /** Height and width may be any multiple of this; without it the network takes exactly `width` × `height`. */
  multipleOf: z.int().positive().optional(),
  /** 0 to 255, what is put around the frame. */
  padding: z.number().min(0).max(255),
});

const stride = z.int().positive();

const moodstatDecoder = z.strictObject({
  type: z.literal('moodstat'),
  /** A tensor a stride of five channels: logit of the score, logarithms of the distances left, up, right, down. */
  outputs: z.array(z.strictObject({ name: z.string(), stride })).min(1),
  layout: z.enum(['NCHW', 'NHWC']),
});

const yunetDecoder = z.strictObject({
  type: z.literal('yunet'),
  /** Tensors a stride: class and objectness (0 to 1), box (offsets of the centre, logarithms of the size; in strides). */
  outputs: z.array(z.strictObject({ stride, class: z.string(), objectness: z.string(), box: z.string() })).min(1),
});

const ultrafaceDecoder = z.strictObject({
  type: z.literal('ultraface'),
  /** [1, priors, 2]: background and face, 0 to 1. */
  scores: z.string(),
  /** [1, priors, 4]: corners relative to the input, or offsets from `priors` where these are given. */
  boxes: z.string(),
  priors: z
    .strictObject({
      levels: z.array(z.strictObject({ stride, sizesPx: z.array(z.number().positive()).min(1) })).min(1),
      centreVariance: z.number().positive(),
      sizeVariance: z.number().positive(),
    })
    .optional(),
});

const decoderSchema = z.discriminatedUnion('type', [moodstatDecoder, yunetDecoder, ultrafaceDecoder]);

/** Everything that the runtime must know about a face detector; `models/<name>/card.json`. */
export const faceCardSchema = z.strictObject({
  kind: z.literal('face-detector'),
  name: z.string(),
  /** The weights, beside the card. */
  file: z.string().regex(/^[^/\\]+$/, 'must be a file beside the card'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits, in lower case'),
  input: inputSchema,
  decoder: decoderSchema,
  thresholds: z.strictObject({
    /** Faces below this score are not reported. */
    score: z.number().min(0).max(1),
    /** Of two boxes that overlap more than this, the weaker is dropped. */
    nmsIou: z.number().min(0).max(1),
  }),
  parameters: z.int().positive().optional(),
  data: z.string(),
  licence: z.string(),
  figures: z.record(z.string(), z.unknown()).optional(),
});

export type FaceCard = z.infer<typeof faceCardSchema>;
export type FaceDecoderCard = FaceCard['decoder'];
export type FaceInputCard = FaceCard['input'];

/** Reads the card of a face detector, as `readCard`. */
export async function readFaceCard(modelDir: string): Promise<FaceCard> {
  return readCard(modelDir, faceCardSchema);
}
