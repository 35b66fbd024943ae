import { z } from 'zod';
import { EMOTIONS } from './emotion.ts';
import { readCard } from './read-card.ts';

const triple = z.tuple([z.number(), z.number(), z.number()]);

const normalisationSchema = z.discriminatedUnion('type', [
  /** The network is given (value − mean) × scale, a value a channel in the order of `colour`; grey uses the first. */
  z.strictObject({ type: z.literal('fixed'), mean: triple, scale: triple }),
  /** Each crop is brought to mean 0 and variance 1; `minDeviation` in grey levels limits that on flat crops. */
  z.strictObject({ type: z.literal('per-picture'), minDeviation: z.number().positive() }),
]);

const headSchema = z
  .strictObject({
    /** Name of the output, [faces, labels]. */
    output: z.string(),
    /** Any order; labels that are none of the seven emotions are left out and the seven renormalised. */
    labels: z
      .array(z.string())
      .refine((labels) => new Set(labels).size === labels.length, 'labels must differ')
      .refine((labels) => EMOTIONS.every((emotion) => labels.includes(emotion)), `must hold ${EMOTIONS.join(', ')}`),
    activation: z.enum(['logits', 'softmax']),
    /** Logits are divided by it before softmax (Guo et al. 2017, On calibration of modern neural networks). */
    temperature: z.number().positive(),
    /** Share of each label among the training's targets, in the order of `labels`; taken as even when left out. */
    prior: z.array(z.number().positive().max(1)).optional(),
  })
  .refine(({ labels, prior }) => prior === undefined || prior.length === labels.length, {
    path: ['prior'],
    error: 'must hold a share a label',
  });

/** Everything that the runtime must know about an emotion classifier; `models/<name>/card.json`. */
export const emotionCardSchema = z.strictObject({
  kind: z.literal('emotion-classifier'),
  name: z.string(),
  /** The weights, beside the card. */
  file: z.string().regex(/^[^/\\]+$/, 'must be a file beside the card'),
  sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits, in lower case'),
  /** The same network as a TensorFlow.js model, for the engine `tensorflow`; its input is NHWC. */
  tensorflow: z
    .strictObject({
      file: z.string().regex(/^([\w-]+\/)?[\w-]+\.json$/, 'must be a model.json in the folder, or in one inside it'),
      /** Of model.json followed by its weight files. */
      sha256: z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits, in lower case'),
    })
    .optional(),
  input: z
    .strictObject({
      name: z.string(),
      layout: z.enum(['NCHW', 'NHWC']),
      /** Order of the channels that the network takes; `grey` is one channel, ITU-R BT.601 luma. */
      colour: z.enum(['rgb', 'bgr', 'grey']),
      /** Px. */
      width: z.int().positive(),
      height: z.int().positive(),
      normalisation: normalisationSchema,
    })
    .refine(({ width, height }) => width === height, 'width and height must be equal: crops are square'),
  /** See `CropRule`. */
  crop: z.strictObject({ margin: z.number().gt(-1), shiftDown: z.number().default(0), square: z.literal(true) }),
  /** `product` is what the daemon uses; others, such as `fer2013`, are for benchmarks. */
  heads: z.object({ product: headSchema }).catchall(headSchema),
  parameters: z.int().positive().optional(),
  data: z.string(),
  licence: z.string(),
  figures: z.record(z.string(), z.unknown()).optional(),
});

export type EmotionCard = z.infer<typeof emotionCardSchema>;
export type EmotionHeadCard = z.infer<typeof headSchema>;
export type EmotionInputCard = EmotionCard['input'];

/** Reads the card of an emotion model, as `readCard`. */
export async function readEmotionCard(modelDir: string): Promise<EmotionCard> {
  return readCard(modelDir, emotionCardSchema);
}
