import * as z from 'zod';
import { EMOTIONS } from '../vision/emotion.ts';
import { camera, cameraName } from './camera-section.ts';
import {
  byteSize,
  checkedText,
  duration,
  emptyAsAbsent,
  integerBetween,
  numberBetween,
  oneOf,
  oneOrMore,
  optionalSection,
  section,
  text,
  trueOrFalse,
} from './fields.ts';
import { baseTopicFault } from './mqtt-topic.ts';
import { web } from './web-section.ts';

const port = (otherwise: number) => integerBetween(1, 65_535, 'a port').default(otherwise);

const BROKER_URL = 'expected mqtt://host, mqtts://host, ws://host or wss://host';

function brokerUrlFault(url: string): string | undefined {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  return parsed && /^(mqtts?|wss?):$/.test(parsed.protocol) && parsed.hostname !== '' ? undefined : BROKER_URL;
}

const mqtt = optionalSection({
  url: checkedText('mqtt://host, mqtts://host, ws://host or wss://host', brokerUrlFault)
    .optional()
    .meta({ description: 'Your broker. Without it an embedded one runs.' }),
  username: text('a user name').optional(),
  password: z
    .string({ error: 'expected text (a password that looks like a number needs quotes)' })
    .optional()
    .meta({ description: 'Best as `!secret mqtt_password` or `${MQTT_PASSWORD}`.' }),
  ca: text('the path of a PEM file').optional().meta({ description: 'Certificate of your own authority, a PEM file.' }),
  reject_unauthorized: trueOrFalse()
    .default(true)
    .meta({ description: 'false takes any certificate: only to find out what is wrong.' }),
  client_id: text('a client id').max(128, { error: 'expected at most 128 characters' }).optional(),
  base_topic: checkedText('a topic', baseTopicFault)
    .default('home/emotion')
    .meta({ description: 'All topics lie below it; every moodstat needs its own.' }),
  protocol: z
    .literal(['auto', 5, 4], { error: 'expected auto, 5 (MQTT 5) or 4 (MQTT 3.1.1)' })
    .default('auto')
    .meta({ description: '5 is MQTT 5, 4 is MQTT 3.1.1; `auto` tries 5 first.' }),
  keepalive: duration(5000, 65_535_000).default(60_000),
})
  .refine(({ username, password }) => password === undefined || username !== undefined, {
    path: ['password'],
    error: 'a password needs a `username` beside it',
  })
  .transform((value) => ({
    url: value.url,
    username: value.username,
    password: value.password,
    caFile: value.ca,
    rejectUnauthorized: value.reject_unauthorized,
    // One base topic belongs to one daemon, so an id made from it is as unique, and stays the same over restarts.
    clientId: value.client_id ?? `moodstat-${value.base_topic.replace(/[^A-Za-z0-9]+/g, '-')}`,
    baseTopic: value.base_topic,
    protocol: value.protocol,
    keepaliveS: Math.ceil(value.keepalive / 1000),
  }));

const broker = optionalSection({
  enabled: z
    .literal(['auto', true, false], { error: 'expected auto, true or false' })
    .default('auto')
    .meta({ description: 'The embedded broker; `auto` runs it when mqtt.url is not given.' }),
  host: text('a host name or address')
    .default('127.0.0.1')
    .meta({ description: 'Where it listens. It asks nobody for a password: keep it on this machine.' }),
  port: port(1883),
});

const inputSide = (px: number) =>
  integerBetween(64, 1920).multipleOf(32, { error: 'expected a multiple of 32' }).default(px);

const haar = optionalSection({
  cascade: text('the path of a cascade file')
    .optional()
    .meta({ description: 'A cascade in OpenCV’s XML; the frontal face one of OpenCV’s package when left out.' }),
  scale_factor: numberBetween(1.01, 4)
    .default(1.3)
    .meta({ description: 'How much larger each next size is that faces are looked for in.' }),
  min_neighbors: integerBetween(0, 100).default(5).meta({ description: 'How many windows must agree on a face.' }),
}).transform((value) => ({
  cascade: value.cascade,
  scaleFactor: value.scale_factor,
  minNeighbors: value.min_neighbors,
}));

const vision = optionalSection({
  detector: oneOf('onnx', 'haar').default('onnx').meta({
    description: 'What finds faces: the model face_model, or OpenCV’s Haar cascade (needs @u4/opencv4nodejs).',
  }),
  haar,
  engine: oneOf('onnx', 'tensorflow').default('onnx').meta({
    description: 'What runs the emotion model: ONNX Runtime, or TensorFlow.js (needs @tensorflow/tfjs-node).',
  }),
  face_model: text('the folder of a model').optional().meta({ description: 'Folder with card.json and weights.' }),
  emotion_model: text('the folder of a model').optional().meta({ description: 'Folder with card.json and weights.' }),
  head: text('the name of a head')
    .default('product')
    .meta({ description: 'Which head of an emotion model with several is used.' }),
  input_size: optionalSection({ width: inputSide(320), height: inputSide(256) }).meta({
    description: 'What frames are scaled to before faces are looked for, in px; larger finds smaller faces, slower.',
  }),
  min_score: numberBetween(0, 1)
    .optional()
    .meta({ description: 'Fainter faces do not count; the model’s own threshold when left out.' }),
  min_face_px: integerBetween(8, 2000)
    .default(24)
    .meta({ description: 'Faces less high than this in the picture do not count.' }),
  threads: integerBetween(1, 64).default(1).meta({ description: 'Threads of each model.' }),
}).transform((value) => ({
  detector: value.detector,
  haar: value.haar,
  engine: value.engine,
  faceModel: value.face_model,
  emotionModel: value.emotion_model,
  head: value.head,
  inputSize: value.input_size,
  minScore: value.min_score,
  minFacePx: value.min_face_px,
  threads: value.threads,
}));

const emotions = z
  .array(oneOf(...EMOTIONS), { error: `expected a list of emotions: ${EMOTIONS.join(', ')}` })
  .min(1, { error: 'expected at least one emotion' });

const strategy = z.union(
  [z.literal(['mean', 'strongest']), section({ any_of: emotions }).transform((value) => ({ anyOf: value.any_of }))],
  { error: 'expected mean, strongest, or { any_of: [sad, fear] }' },
);

const mood = optionalSection({
  filter: oneOf('bayes', 'exponential')
    .default('bayes')
    .meta({ description: 'How frames become a mood: a hidden Markov filter, or a plain moving average.' }),
  switch_every: duration(1000, 86_400_000)
    .default(20_000)
    .meta({ description: 'So long an emotion lasts on average; for the filter bayes.' }),
  correlation: duration(0, 60_000)
    .default(150)
    .meta({ description: 'Frames this close to each other tell the filter bayes little more than one of them.' }),
  risk: numberBetween(0.01, 0.8)
    .default(0.3)
    .meta({ description: 'A mood is decided when it is expected to be wrong at most this often; filter bayes.' }),
  hold_risk: numberBetween(0.02, 0.9)
    .default(0.6)
    .meta({ description: 'A mood is given up when it is expected to be wrong more often; more than risk.' }),
  resting_face: trueOrFalse()
    .default(true)
    .meta({ description: 'Whether it is allowed for that some faces look sad or angry at rest; filter bayes.' }),
  half_life: duration(10, 600_000)
    .default(1000)
    .meta({ description: 'After this long a change has half arrived; for the filter exponential.' }),
  forget_after: duration(100, 600_000)
    .default(3000)
    .meta({ description: 'A face not seen for this long starts afresh.' }),
  enter: numberBetween(0.05, 1)
    .default(0.5)
    .meta({ description: 'From this score on an emotion may be the mood; filter exponential.' }),
  leave: numberBetween(0, 1)
    .default(0.35)
    .meta({ description: 'Below this score it no longer is; less than enter; filter exponential.' }),
  dwell: duration(0, 600_000)
    .optional()
    .meta({ description: 'So long another mood must be ahead; 300ms, or 1s with the filter exponential.' }),
  present_after: duration(0, 3_600_000)
    .default(0)
    .meta({ description: 'So long somebody must be visible before anybody counts as present.' }),
  absent_after: duration(0, 3_600_000)
    .default(4000)
    .meta({ description: 'So long nobody must be visible before the mood is null, and fewer before fewer count.' }),
  strategy: strategy
    .default('mean')
    .meta({ description: 'How several people become one mood: mean, strongest, or any_of a list of emotions.' }),
  valid_for: duration(1000, 3_600_000)
    .default(15_000)
    .meta({ description: 'A mood is stale this long after its evidence.' }),
  report_every: duration(0, 600_000)
    .default(1000)
    .meta({ description: 'Numbers of a mood that holds are published at most this often …' }),
  report_step: numberBetween(0, 1).default(0.05).meta({ description: '… and only when one moved this much …' }),
  refresh_every: duration(500, 3_600_000)
    .default(5000)
    .meta({ description: '… but at least this often; less than valid_for.' }),
})
  .refine(({ enter, leave }) => leave < enter, { path: ['leave'], error: 'must be less than `enter`' })
  .refine((value) => value.hold_risk > value.risk, { path: ['hold_risk'], error: 'must be more than `risk`' })
  .refine((value) => value.refresh_every < value.valid_for, {
    path: ['refresh_every'],
    error: 'must be less than `valid_for`, or a mood that holds goes stale between two reports',
  })
  .transform((value) => ({
    filter: value.filter,
    switchesPerS: 1000 / value.switch_every,
    correlationMs: value.correlation,
    restingFace: value.resting_face,
    halfLifeMs: value.half_life,
    forgetMs: value.forget_after,
    // A posterior is the share of such moods that are right; a smoothed score only grows with it.
    ...(value.filter === 'bayes'
      ? { enter: 1 - value.risk, leave: 1 - value.hold_risk, dwellMs: value.dwell ?? 300 }
      : { enter: value.enter, leave: value.leave, dwellMs: value.dwell ?? 1000 }),
    presentAfterMs: value.present_after,
    absentAfterMs: value.absent_after,
    strategy: value.strategy,
    validForMs: value.valid_for,
    everyMs: value.report_every,
    step: value.report_step,
    refreshMs: value.refresh_every,
  }));

const history = optionalSection({
  enabled: trueOrFalse()
    .default(false)
    .meta({ description: 'Whether moods and fired rules are written to a file, for rehearsals; never pictures.' }),
  file: text('the path of a file').optional().meta({
    description: 'Lines of JSON; relative to this file, beside the saved state when left out.',
  }),
  max_size: byteSize(10_000, 1e12).default(20_000_000).meta({ description: 'A fuller file is moved away.' }),
  max_age: duration(60_000, 31_536_000_000)
    .default(86_400_000)
    .meta({ description: 'A file that begins earlier is moved away.' }),
  keep: integerBetween(0, 10_000)
    .default(7)
    .meta({ description: 'So many files that were moved away stay, the oldest are deleted.' }),
}).transform((value) => ({
  enabled: value.enabled,
  file: value.file,
  maxSizeBytes: value.max_size,
  maxAgeMs: value.max_age,
  keep: value.keep,
}));

function timeZoneFault(name: string): string | undefined {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return undefined;
  } catch {
    return 'expected the name of a time zone, such as Europe/Berlin';
  }
}

const location = section({
  latitude: numberBetween(-90, 90, 'degrees north').meta({ description: 'Degrees; south is negative.' }),
  longitude: numberBetween(-180, 180, 'degrees east').meta({ description: 'Degrees; west is negative.' }),
});

const privacy = optionalSection({
  frames: z.enum(['none', 'live'], { error: 'frames are never kept: expected none or live' }).default('none').meta({
    description: '`live` lets the page show frames as they pass (web.live_view); with `none` it cannot. None is kept.',
  }),
  snapshots: trueOrFalse().default(false).meta({
    description: 'true lets the request `snapshot` publish a picture of a camera on the broker, where all can see it.',
  }),
});

const log = optionalSection({
  level: oneOf('fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent').default('info'),
  format: oneOf('auto', 'pretty', 'json')
    .default('auto')
    .meta({ description: '`auto` is pretty on a terminal and json elsewhere.' }),
});

/** The whole of `moodstat.yaml`: what people write goes in, what the daemon needs comes out; paths still as written. */
export const configSchema = optionalSection(
  {
    version: z.literal(1, { error: 'expected version 1, the only one there is' }).default(1),
    mqtt,
    broker,
    cameras: emptyAsAbsent(z.record(cameraName, camera, { error: 'expected a section with a camera below each name' }))
      .transform((cameras) => (Object.keys(cameras).length > 0 ? cameras : { demo: camera.parse({ source: 'demo' }) }))
      .meta({ description: 'Cameras by name. Without any, the demo plays.' }),
    vision,
    mood,
    location: location.optional().meta({ description: 'Where the home is, for rules at sunrise and sunset.' }),
    time_zone: checkedText('the name of a time zone', timeZoneFault)
      .optional()
      .meta({ description: 'Of times of day in rules; the system’s when left out.' }),
    rules: oneOrMore(text('the path of a rules file'), 'the path of a rules file').optional().meta({
      description: 'Files with rules; rules.yaml beside this file when left out.',
    }),
    history,
    web,
    privacy,
    log,
  },
  ['homeassistant', 'ffmpeg'],
)
  .refine((value) => value.broker.enabled !== false || value.mqtt.url !== undefined, {
    path: ['broker', 'enabled'],
    error: 'without the embedded broker `mqtt.url` is needed',
  })
  .refine((value) => !value.web.liveView || value.privacy.frames === 'live', {
    path: ['web', 'live_view'],
    error: 'shows frames, which `privacy.frames: none` forbids; set `privacy.frames: live`',
  })
  .meta({ title: 'moodstat.yaml', description: 'Configuration of moodstat.' });

/** A configuration as it is written, checked and with its defaults. */
export type WrittenConfig = z.output<typeof configSchema>;
