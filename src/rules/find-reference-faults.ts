import { valueAt } from '../config/explain-issue.ts';
import type { Fault } from '../config/fault.ts';
import { unknownWord } from '../config/nearest-key.ts';
import type { Path, YamlSource } from '../config/yaml-source.ts';

/** What is there to be named, outside a rules file and in it. */
export interface Known {
  /** Names of the cameras; undefined when the configuration is too faulty to know. */
  readonly cameras: readonly string[] | undefined;
  /** Names of the rooms; undefined when nobody knows. */
  readonly rooms: readonly string[] | undefined;
  readonly baseTopic: string;
  /** Whether the configuration says where the home is, so that the sun can be asked; undefined when nobody knows. */
  readonly hasLocation: boolean | undefined;
  /** Whether each scene of the file is good. */
  readonly scenes?: ReadonlyMap<string, boolean>;
}

/** Data that is not ours to look into. */
const OPAQUE = new Set(['payload', 'json', 'headers', 'body', 'message']);

/** What a part of a rules file names that is not there; `title` begins each message. */
export function findReferenceFaults(
  data: unknown,
  base: Path,
  source: YamlSource,
  known: Known,
  title?: string,
): Fault[] {
  const faults: Fault[] = [];
  const tell = (path: Path, message: string, severity?: Fault['severity']) => {
    faults.push(source.faultAt(path, title === undefined ? message : `${title}: ${message}`, severity));
  };
  const check = (one: Readonly<Record<string, unknown>>, path: Path) => {
    const { camera, room, topic, action, scene } = one;
    if (typeof camera === 'string' && known.cameras && !known.cameras.includes(camera))
      tell([...path, 'camera'], unknownWord('camera', camera, known.cameras));
    if (typeof room === 'string' && known.rooms && !known.rooms.includes(room))
      tell([...path, 'room'], unknownRoom(room, known.rooms));
    for (const key of ['at', 'after', 'before'])
      if (asksSun(one[key]) && known.hasLocation === false)
        tell([...path, key], 'sunrise and sunset need `location` in moodstat.yaml');
    if (action === 'mqtt.publish' && typeof topic === 'string' && isOurs(topic, known.baseTopic))
      tell([...path, 'topic'], 'publishes into moodstat’s own topics', 'warning');
    if (action === 'scene' && typeof scene === 'string' && known.scenes?.get(scene) !== true)
      tell([...path, 'scene'], sceneFault(scene, known.scenes ?? new Map<string, boolean>()));
  };
  const visit = (value: unknown, path: Path) => {
    if (typeof value !== 'object' || value === null) return;
    if (!Array.isArray(value)) check(value as Record<string, unknown>, path);
    for (const [key, inner] of Object.entries(value))
      if (!OPAQUE.has(key)) visit(inner, [...path, Array.isArray(value) ? Number(key) : key]);
  };
  visit(valueAt(data, base), base);
  return faults;
}

function unknownRoom(room: string, rooms: readonly string[]): string {
  return rooms.length > 0 ? unknownWord('room', room, rooms) : `unknown room \`${room}\`; no camera has a \`room\``;
}

function sceneFault(scene: string, scenes: ReadonlyMap<string, boolean>): string {
  if (scenes.has(scene)) return `the scene \`${scene}\` is faulty`;
  return scenes.size > 0
    ? unknownWord('scene', scene, [...scenes.keys()])
    : `unknown scene \`${scene}\`; this file has no \`scenes\``;
}

function asksSun(value: unknown): boolean {
  return (Array.isArray(value) ? value : [value]).some((one) => one === 'sunrise' || one === 'sunset');
}

/** Below our base topic, where only requests and switches are meant to be written by others. */
function isOurs(topic: string, baseTopic: string): boolean {
  if (topic !== baseTopic && !topic.startsWith(`${baseTopic}/`)) return false;
  return !topic.endsWith('/enabled/set') && !topic.startsWith(`${baseTopic}/bridge/request/`);
}
