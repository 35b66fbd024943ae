/** Where everything is published; built once from the base topic, then only called. */
export interface Topics {
  readonly base: string;
  /** Mood of the whole home. */
  readonly home: string;
  readonly mood: (camera: string) => string;
  readonly face: (camera: string, track: number) => string;
  readonly event: (camera: string) => string;
  readonly availability: (camera: string) => string;
  readonly enabledSet: (camera: string) => string;
  readonly enabledState: (camera: string) => string;
  readonly bridgeState: string;
  readonly bridgeInfo: string;
  readonly bridgeHealth: string;
  readonly request: (name: string) => string;
  readonly response: (name: string) => string;
  readonly rule: (id: string) => string;
  /** Home Assistant's discovery message of one camera, or of `bridge`. */
  readonly discovery: (device: string) => string;
  readonly homeAssistantStatus: string;
  /** What the daemon itself listens to; never a wildcard that holds our own states. */
  readonly filters: {
    readonly enabledSet: string;
    readonly request: string;
    readonly homeAssistantStatus: string;
    /** Everybody's discovery messages, to find those of ours that an earlier run left behind. */
    readonly discovery: string;
  };
}

/** One row of the table of topics: `pattern` lies under the base unless it begins with `homeassistant/`. */
export interface TopicPattern {
  readonly pattern: string;
  readonly retained: boolean;
  readonly direction: 'out' | 'in';
}

const out = (pattern: string, retained: boolean): TopicPattern => ({ pattern, retained, direction: 'out' });
const incoming = (pattern: string): TopicPattern => ({ pattern, retained: false, direction: 'in' });

/** Every topic there is; `<placeholder>`s are spelled out in `PLACEHOLDERS`. */
export const TOPIC_PATTERNS: readonly TopicPattern[] = [
  out('', true),
  out('<camera>', true),
  out('<camera>/face/<track>', false),
  out('<camera>/event', false),
  out('<camera>/availability', true),
  incoming('<camera>/enabled/set'),
  out('<camera>/enabled/state', true),
  out('bridge/state', true),
  out('bridge/info', true),
  out('bridge/health', true),
  incoming('bridge/request/<name>'),
  out('bridge/response/<name>', false),
  out('bridge/rule/<id>', false),
  out('homeassistant/device/moodstat_<device>/config', true),
  { ...incoming('homeassistant/status'), retained: true },
];

const CAMERA = '(?!bridge(?:/|$))[a-z0-9_-]+';
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  '<camera>': CAMERA,
  '<device>': '[a-z0-9_-]+',
  '<track>': '\\d+',
  // Requests may be grouped, as in `rules/reload`.
  '<name>': '[a-z0-9_-]+(?:/[a-z0-9_-]+)*',
  '<id>': '[A-Za-z0-9_-]+',
};

/** Whether a camera may be called so: `[a-z0-9_-]+`, but never `bridge`, whose topics are the daemon's own. */
export function isCameraName(name: string): boolean {
  return matches('<camera>', name);
}

/** Whether a rule's trace has a topic: one level, no wildcard. */
export function isRuleId(id: string): boolean {
  return matches('<id>', id);
}

/**
 * The topics under `base`, such as `home/emotion`. Its functions throw a `RangeError` for a name that would leave its
 * level (`a/b`, `+`, `bridge`): a wrong name is a bug of ours, for configuration is checked before.
 */
export function createTopics(base: string): Topics {
  if (!/^[^/+#$\0][^/+#\0]*(?:\/[^/+#\0]+)*$/.test(base)) throw new RangeError(`not a base topic: "${base}"`);
  const of = (placeholder: string, before: string, after = '') => {
    return (name: string | number) => `${before}${checked(placeholder, String(name))}${after}`;
  };
  const camera = (after = '') => of('<camera>', `${base}/`, after);
  return {
    base,
    home: base,
    mood: camera(),
    face: (name, track) => `${camera('/face/')(name)}${checked('<track>', String(track))}`,
    event: camera('/event'),
    availability: camera('/availability'),
    enabledSet: camera('/enabled/set'),
    enabledState: camera('/enabled/state'),
    bridgeState: `${base}/bridge/state`,
    bridgeInfo: `${base}/bridge/info`,
    bridgeHealth: `${base}/bridge/health`,
    request: of('<name>', `${base}/bridge/request/`),
    response: of('<name>', `${base}/bridge/response/`),
    rule: of('<id>', `${base}/bridge/rule/`),
    discovery: of('<device>', 'homeassistant/device/moodstat_', '/config'),
    homeAssistantStatus: 'homeassistant/status',
    filters: {
      enabledSet: `${base}/+/enabled/set`,
      request: `${base}/bridge/request/#`,
      homeAssistantStatus: 'homeassistant/status',
      discovery: 'homeassistant/device/+/config',
    },
  };
}

/** The topics on which the broker retains something of one camera, under the base. */
export function retainedOfCamera(topics: Topics, camera: string): string[] {
  return [topics.mood(camera), topics.availability(camera), topics.enabledState(camera)];
}

/** The camera whose switch a topic is, or undefined when it is no such topic. */
export function cameraOfEnabledSet(topic: string, topics: Topics): string | undefined {
  const name = between(topic, `${topics.base}/`, '/enabled/set');
  return name !== undefined && isCameraName(name) ? name : undefined;
}

/** The name of the request that a topic is, or undefined when it is no such topic. */
export function nameOfRequest(topic: string, topics: Topics): string | undefined {
  const name = between(topic, `${topics.base}/bridge/request/`, '');
  return name !== undefined && matches('<name>', name) ? name : undefined;
}

/** Whether this exact topic is one of ours (wildcards are not: see `isKnownFilter`). */
export function isKnownTopic(topic: string, base: string): boolean {
  return TOPIC_PATTERNS.some(({ pattern }) => expression(underBase(pattern, base)).test(topic));
}

/** Whether a topic or a filter with `+` and `#` can match at least one of our topics. */
export function isKnownFilter(filter: string, base: string): boolean {
  if (!/[+#]/.test(filter)) return isKnownTopic(filter, base);
  const asked = filter.split('/');
  return TOPIC_PATTERNS.some(({ pattern }) => reaches(asked, underBase(pattern, base).split('/')));
}

function reaches(asked: readonly string[], ours: readonly string[]): boolean {
  const [level, ...rest] = asked;
  if (level === '#') return rest.length === 0;
  const [own, ...ownRest] = ours;
  if (level === undefined || own === undefined) return level === own;
  const same = level === '+' || expression(own).test(level);
  if (!same) return false;
  // A request's name may go on over further levels.
  return reaches(rest, ownRest) || (own === '<name>' && rest.length > 0 && reaches(rest, ours));
}

function underBase(pattern: string, base: string): string {
  if (pattern.startsWith('homeassistant/')) return pattern;
  return pattern === '' ? base : `${base}/${pattern}`;
}

function matches(placeholder: string, name: string): boolean {
  return expression(placeholder).test(name);
}

function checked(placeholder: string, name: string): string {
  if (!matches(placeholder, name)) throw new RangeError(`"${name}" cannot stand for ${placeholder} in a topic`);
  return name;
}

function expression(pattern: string): RegExp {
  const source = pattern.replace(/<\w+>|[^\w/<>-]/g, (part) => PLACEHOLDERS[part] ?? `\\${part}`);
  return new RegExp(`^${source}$`);
}

function between(topic: string, before: string, after: string): string | undefined {
  if (!topic.startsWith(before) || !topic.endsWith(after)) return undefined;
  return topic.length > before.length + after.length
    ? topic.slice(before.length, topic.length - after.length)
    : undefined;
}
