import { EMOTIONS } from '../vision/emotion.ts';
import type { Topics } from './topics.ts';

/** One camera, as Home Assistant shall show it. */
export interface DiscoveredCamera {
  readonly name: string;
  /** Where it stands; suggested as the area, and the name people read. */
  readonly room?: string;
}

export interface DiscoveryOptions {
  readonly topics: Topics;
  readonly version: string;
  /** A mood that was not repeated for so long is stale; Home Assistant then shows it as unavailable. */
  readonly validForMs: number;
}

/** A retained message of Home Assistant's device discovery. */
export interface DiscoveryMessage {
  readonly topic: string;
  readonly payload: string;
}

type Component = Readonly<Record<string, unknown>>;

const BRIDGE_ID = 'moodstat_bridge';

/** Jinja for a number of the mood; nobody visible (`mood` null) or an emptied topic gives `unknown`, not a zero. */
const ofMood = (expression: string) =>
  `{{ ${expression} if value_json is defined and value_json.mood is not none else None }}`;

/** One device a camera and one for the daemon with the mood of the whole home. */
export function discoveryMessages(
  cameras: readonly DiscoveredCamera[],
  options: DiscoveryOptions,
): readonly DiscoveryMessage[] {
  return [bridgeDevice(options), ...cameras.map((camera) => cameraDevice(camera, options))];
}

function cameraDevice({ name, room }: DiscoveredCamera, options: DiscoveryOptions): DiscoveryMessage {
  const { topics } = options;
  const id = `moodstat_${name}`;
  return message(topics.discovery(name), options, {
    dev: {
      ids: [id],
      name: room ?? name,
      mf: 'moodstat',
      mdl: 'Camera',
      sw: options.version,
      via_device: BRIDGE_ID,
      ...(room === undefined ? {} : { sa: room }),
    },
    availability: [availableWhen(topics.bridgeState), availableWhen(topics.availability(name))],
    availability_mode: 'all',
    cmps: {
      ...moodComponents(id, topics.mood(name), options),
      mood_changed: {
        p: 'event',
        unique_id: `${id}_mood_changed`,
        name: 'Mood changed',
        icon: 'mdi:emoticon-outline',
        state_topic: topics.event(name),
        event_types: ['mood_changed'],
      },
      enabled: {
        p: 'switch',
        unique_id: `${id}_enabled`,
        name: 'Enabled',
        icon: 'mdi:cctv',
        entity_category: 'config',
        command_topic: topics.enabledSet(name),
        state_topic: topics.enabledState(name),
        // A camera that is off is not available, and yet can be switched on.
        availability: [availableWhen(topics.bridgeState)],
      },
    },
  });
}

function bridgeDevice(options: DiscoveryOptions): DiscoveryMessage {
  const { topics, version } = options;
  return message(topics.discovery('bridge'), options, {
    dev: { ids: [BRIDGE_ID], name: 'Home mood', mf: 'moodstat', mdl: 'Daemon', sw: version },
    availability: [availableWhen(topics.bridgeState)],
    cmps: {
      ...moodComponents(BRIDGE_ID, topics.home, options),
      connection: {
        p: 'binary_sensor',
        unique_id: `${BRIDGE_ID}_connection`,
        name: 'Connection',
        device_class: 'connectivity',
        entity_category: 'diagnostic',
        state_topic: topics.bridgeState,
        value_template: "{{ 'ON' if value_json.state == 'online' else 'OFF' }}",
        // This one says "disconnected" where all others would only be unavailable.
        availability: [],
      },
    },
  });
}

function moodComponents(id: string, topic: string, { validForMs }: DiscoveryOptions): Record<string, Component> {
  const common = (name: string) => ({
    unique_id: `${id}_${name}`,
    state_topic: topic,
    expire_after: Math.ceil(validForMs / 1000),
  });
  const measured = { state_class: 'measurement' };
  return {
    mood: {
      p: 'sensor',
      ...common('mood'),
      name: 'Mood',
      icon: 'mdi:emoticon-happy-outline',
      device_class: 'enum',
      // Without `None`: a null mood is `unknown`, which is a state of every sensor.
      options: [...EMOTIONS, 'uncertain'],
      value_template: '{{ value_json.mood if value_json is defined else None }}',
      json_attributes_topic: topic,
      json_attributes_template:
        "{{ {'since': value_json.since, 'scores': value_json.scores} | tojson if value_json is defined else '{}' }}",
    },
    confidence: {
      p: 'sensor',
      ...common('confidence'),
      ...measured,
      name: 'Confidence',
      icon: 'mdi:gauge',
      unit_of_measurement: '%',
      suggested_display_precision: 0,
      value_template: ofMood('value_json.confidence * 100'),
    },
    valence: {
      p: 'sensor',
      ...common('valence'),
      ...measured,
      name: 'Valence',
      icon: 'mdi:plus-minus-variant',
      suggested_display_precision: 2,
      value_template: ofMood('value_json.valence'),
    },
    arousal: {
      p: 'sensor',
      ...common('arousal'),
      ...measured,
      name: 'Arousal',
      icon: 'mdi:pulse',
      suggested_display_precision: 2,
      value_template: ofMood('value_json.arousal'),
    },
    people: {
      p: 'sensor',
      ...common('people'),
      ...measured,
      name: 'People',
      icon: 'mdi:account-group',
      value_template: '{{ value_json.faces if value_json is defined else None }}',
    },
    occupancy: {
      p: 'binary_sensor',
      ...common('occupancy'),
      name: 'Occupancy',
      device_class: 'occupancy',
      value_template: "{{ ('ON' if value_json.faces > 0 else 'OFF') if value_json is defined else None }}",
    },
  };
}

function availableWhen(topic: string): Component {
  return { topic, value_template: '{{ value_json.state }}' };
}

/**
 * The keys that Home Assistant knows at the root of a device's message; any other one (`~`, `json_attr_t`, `dev_cla`)
 * makes it reject the whole message.
 */
interface DeviceRoot {
  readonly dev: Component;
  readonly availability: readonly Component[];
  readonly availability_mode?: 'all';
  readonly cmps: Readonly<Record<string, Component>>;
}

function message(topic: string, { version }: DiscoveryOptions, root: DeviceRoot): DiscoveryMessage {
  return { topic, payload: JSON.stringify({ ...root, o: { name: 'moodstat', sw: version }, qos: 1 }) };
}

/**
 * Whose device a retained discovery message describes, when a moodstat with our base topic published it: the camera's
 * name, or `bridge`. Undefined for everybody else's, a moodstat with another base topic included.
 */
export function discoveredDevice(message: DiscoveryMessage, topics: Topics): string | undefined {
  const device = /^homeassistant\/device\/moodstat_([a-z0-9_-]+)\/config$/.exec(message.topic)?.[1];
  if (device === undefined) return undefined;
  try {
    const { o, availability } = JSON.parse(message.payload) as {
      o?: { name?: unknown };
      availability?: { topic?: unknown }[];
    };
    return o?.name === 'moodstat' && availability?.[0]?.topic === topics.bridgeState ? device : undefined;
  } catch {
    return undefined;
  }
}
