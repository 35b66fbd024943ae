import * as z from 'zod';
import {
  checkedText,
  duration,
  integerBetween,
  numberBetween,
  oneOf,
  optionalSection,
  section,
  text,
  trueOrFalse,
} from './fields.ts';
import { type CameraSource, parseSource } from './camera-source.ts';

/** Arguments as Frigate users write them: one text, split at spaces, or a list. */
function args(what: string) {
  const error = 'expected ffmpeg arguments: one text, or a list of texts';
  return z
    .union([z.string(), z.array(z.string({ error }))], { error })
    .transform((value) => (typeof value === 'string' ? value.split(/\s+/).filter((arg) => arg !== '') : value))
    .default([])
    .meta({ description: `${what}; one text, split at spaces, or a list.` });
}

const ffmpeg = optionalSection({
  path: text('the path of ffmpeg').default('ffmpeg').meta({ description: 'The program, when it is not in the PATH.' }),
  hwaccel_args: args('Arguments for hardware acceleration, before the input ones'),
  input_args: args('Arguments before the input, such as `-rtsp_transport udp`'),
  output_args: args('Arguments before the output'),
}).transform((value) => ({
  path: value.path,
  hwaccelArgs: value.hwaccel_args,
  inputArgs: value.input_args,
  outputArgs: value.output_args,
}));

const http = optionalSection({
  mode: oneOf('auto', 'mjpeg', 'snapshot')
    .default('auto')
    .meta({ description: 'What the address gives; `auto` looks at the first answer.' }),
  timeout: duration(100, 300_000).default(10_000),
  headers: z
    .record(z.string(), z.string({ error: 'expected text' }), { error: 'expected a section of header names and texts' })
    .default({})
    .meta({ description: 'Sent with each request, such as Authorization.' }),
}).transform((value) => ({ mode: value.mode, timeoutMs: value.timeout, headers: value.headers }));

const MIN_FACE = 'expected a number of px from 8 to 2000, or a share of the width such as "5%"';

const minFace = z
  .union(
    [
      z.number().min(8, { error: MIN_FACE }).max(2000, { error: MIN_FACE }),
      z.string().regex(/^(\d{1,2}(\.\d+)?|100)%$/, { error: MIN_FACE }),
    ],
    { error: MIN_FACE },
  )
  .meta({ description: 'Smaller faces do not count: px of the scaled picture, or a share of its width such as "5%".' });

/** A part of the picture, in shares of it, so that it holds for any size the picture is scaled to. */
const zone = section({
  x: numberBetween(0, 1).meta({ description: 'Left edge, as a share of the width.' }),
  y: numberBetween(0, 1).meta({ description: 'Upper edge, as a share of the height.' }),
  width: numberBetween(0, 1),
  height: numberBetween(0, 1),
});

/** Names appear in topics, where `bridge` is taken by the daemon's own. */
export const cameraName = z.string().superRefine((name, context) => {
  const message =
    name === 'bridge'
      ? 'a camera cannot be named `bridge`: the topics below that name are moodstat’s own'
      : /^[a-z0-9_-]{1,64}$/.test(name)
        ? undefined
        : `expected a camera name of at most 64 characters a-z, 0-9, _ and -, found ${JSON.stringify(name.slice(0, 40))}`;
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

const SOURCES = 'rtsp://…, http://…, https://…, /dev/videoN, a file, a folder, or demo';

export const camera = section({
  source: checkedText(SOURCES, (value) => {
    const parsed = parseSource(value);
    return typeof parsed === 'string' ? parsed : undefined;
  }).meta({ description: `Where the frames come from: ${SOURCES}; paths are relative to this file.` }),
  room: text('the name of a room').optional().meta({ description: 'For people and Home Assistant.' }),
  enabled: trueOrFalse().default(true),
  fps: numberBetween(0.1, 60).default(5).meta({ description: 'Frames looked at in a second.' }),
  width: integerBetween(64, 3840).default(640).meta({ description: 'Frames are scaled down to this width in px.' }),
  loop: trueOrFalse().default(true).meta({ description: 'Whether a file or folder begins again at its end.' }),
  stall_timeout: duration(1000, 3_600_000)
    .default(15_000)
    .meta({ description: 'A camera without a frame for this long is opened again.' }),
  capture: oneOf('ffmpeg', 'opencv').default('ffmpeg').meta({
    description: 'What reads rtsp://, /dev/… and clips; `opencv` needs the package @u4/opencv4nodejs.',
  }),
  min_face: minFace.optional(),
  min_score: numberBetween(0, 1)
    .optional()
    .meta({ description: 'Fainter faces do not count; overrides vision.min_score.' }),
  ignore_zones: z
    .array(zone, { error: 'expected a list of zones such as { x: 0.1, y: 0, width: 0.2, height: 0.3 }' })
    .default([])
    .meta({ description: 'Faces whose centre lies there do not count: a portrait, a poster, the television.' }),
  ffmpeg,
  http,
})
  .refine(({ source, capture }) => capture !== 'opencv' || !readWithoutEither(source), {
    path: ['capture'],
    error: '`opencv` reads rtsp://, /dev/videoN and clips; leave `capture` out for http:// and demo',
  })
  .transform((value) => ({
    source: parseSource(value.source) as CameraSource,
    room: value.room,
    enabled: value.enabled,
    fps: value.fps,
    widthPx: value.width,
    loop: value.loop,
    stallTimeoutMs: value.stall_timeout,
    capture: value.capture,
    minFacePx: facePx(value.min_face, value.width),
    minScore: value.min_score,
    ignoreZones: value.ignore_zones,
    ffmpeg: value.ffmpeg,
    http: value.http,
  }));

/** Whether neither ffmpeg nor OpenCV is needed. */
function readWithoutEither(source: string): boolean {
  const parsed = parseSource(source);
  return typeof parsed !== 'string' && (parsed.kind === 'http' || parsed.kind === 'demo');
}

function facePx(minimum: number | string | undefined, widthPx: number): number | undefined {
  return typeof minimum === 'string' ? Math.round((parseFloat(minimum) / 100) * widthPx) : minimum;
}
