import * as z from 'zod';
import { parseSource } from '../../config/camera-source.ts';

/** Where cameras may be looked for from a page; paths on the disk are written by hand. */
export const cameraSource = z
  .string({ error: 'expected a source' })
  .trim()
  .max(2000)
  .superRefine((source, context) => {
    const parsed = parseSource(source);
    if (typeof parsed === 'string') context.addIssue({ code: 'custom', message: parsed });
    else if (parsed.kind === 'path')
      context.addIssue({
        code: 'custom',
        message: 'expected rtsp://…, http://…, /dev/video0 or demo; write files and folders into moodstat.yaml by hand',
      });
  });

/** Without control characters, and so without line breaks. */
const oneLine = (what: string) =>
  z
    .string({ error: `expected ${what}` })
    .max(1000)
    .regex(/^[^\p{Cc}]*$/u, { error: `${what} is one line` });

const camera = z.object({
  name: z.string().regex(/^[a-z0-9_-]{1,64}$/, { error: 'a camera’s name has a-z, 0-9, _ and -' }),
  /** Left out, it stays as it is. */
  source: cameraSource.optional(),
  room: oneLine('the name of a room').nullable().optional(),
});

/** What is left out stays as it is. */
export const brokerInput = z.object({
  url: oneLine('mqtt://host').optional(),
  username: oneLine('a user name').nullable().optional(),
  password: z.string().max(1000).optional(),
});

/** What somebody wants to be different; what is left out stays. */
export const setupChanges = z.object({
  /** All that there are to be; others are taken out. */
  cameras: z
    .array(camera)
    .max(64)
    .refine((cameras) => new Set(cameras.map(({ name }) => name)).size === cameras.length, {
      error: 'two cameras have one name',
    })
    .optional(),
  broker: z.union([z.object({ embedded: z.literal(true) }), brokerInput]).optional(),
  history: z.boolean().optional(),
});

export type SetupChanges = z.output<typeof setupChanges>;
