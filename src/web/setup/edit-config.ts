import { type Document, isAlias, isMap, isScalar, type Pair, parseDocument, Scalar, YAMLMap } from 'yaml';
import type { SetupChanges } from './setup-changes.ts';

/** What is to be written. */
export interface EditedConfig {
  readonly text: string;
  /** By the names under which the text refers to them. */
  readonly secrets: ReadonlyMap<string, string>;
}

/** Sections in the order of the shipped file, so that a new one stands where people look for it. */
const ORDER = ['version', 'mqtt', 'broker', 'cameras', 'vision', 'mood', 'location', 'time_zone', 'rules', 'history'];

/**
 * A configuration with changes, its comments and all else kept; pure. Passwords, and addresses that hold one, become secrets:
 * the text only names them, by names that `taken` does not have yet, or that it names there already.
 */
export function editConfig(text: string, changes: SetupChanges, taken: ReadonlySet<string>): EditedConfig {
  const document = parseDocument(text, {
    customTags: [{ tag: '!secret', resolve: (name: string) => name }],
    logLevel: 'error',
  });
  if (!isMap(document.contents)) document.contents = mapOf(document, { version: 1 });
  const secrets = new Map<string, string>();
  const secret = (path: readonly string[], base: string, value: string): void => {
    const known: unknown = document.getIn(path, true);
    const isNamed = isScalar(known) && known.tag === '!secret' && typeof known.value === 'string';
    const name = isNamed ? (known.value as string) : freeName(base, new Set([...taken, ...secrets.keys()]));
    const scalar = new Scalar(name);
    scalar.tag = '!secret';
    set(document, path, scalar);
    secrets.set(name, value);
  };
  if (changes.broker) editBroker(document, changes.broker, secret);
  if (changes.cameras) editCameras(document, changes.cameras, secret);
  if (changes.history !== undefined) editHistory(document, changes.history);
  return { text: document.toString({ lineWidth: 0 }), secrets };
}

type SetSecret = (path: readonly string[], base: string, value: string) => void;

function editBroker(document: Document.Parsed, broker: NonNullable<SetupChanges['broker']>, secret: SetSecret): void {
  if ('embedded' in broker) {
    for (const key of ['url', 'username', 'password']) document.deleteIn(['mqtt', key]);
    dropEmpty(document, 'mqtt');
    if (document.getIn(['broker', 'enabled']) === false) document.deleteIn(['broker', 'enabled']);
    dropEmpty(document, 'broker');
    return;
  }
  const { url, username, password } = broker;
  if (url !== undefined) set(document, ['mqtt', 'url'], url);
  if (username === null || username === '') {
    document.deleteIn(['mqtt', 'username']);
    document.deleteIn(['mqtt', 'password']);
    return;
  }
  if (username !== undefined) set(document, ['mqtt', 'username'], username);
  if (password !== undefined && password !== '') secret(['mqtt', 'password'], 'mqtt_password', password);
}

function editCameras(
  document: Document.Parsed,
  cameras: NonNullable<SetupChanges['cameras']>,
  secret: SetSecret,
): void {
  const before = document.get('cameras');
  const names = isMap<Scalar>(before) ? before.items.map(({ key }) => String(key.value)) : [];
  for (const name of names) if (!cameras.some((camera) => camera.name === name)) document.deleteIn(['cameras', name]);
  for (const { name, source, room } of cameras) {
    if (source !== undefined) {
      if (holdsSecret(source)) secret(['cameras', name, 'source'], `${name.replaceAll('-', '_')}_source`, source);
      else set(document, ['cameras', name, 'source'], source);
    }
    if (room === null || room === '') document.deleteIn(['cameras', name, 'room']);
    else if (room !== undefined) set(document, ['cameras', name, 'room'], room);
  }
  dropEmpty(document, 'cameras');
}

function editHistory(document: Document.Parsed, enabled: boolean): void {
  if (enabled) set(document, ['history', 'enabled'], true);
  else if (document.getIn(['history', 'enabled']) === true) document.deleteIn(['history', 'enabled']);
  dropEmpty(document, 'history');
}

/** Cameras take passwords before the host, and many in the query. */
export function holdsSecret(source: string): boolean {
  if (!URL.canParse(source)) return false;
  const { username, password, search } = new URL(source);
  return username !== '' || password !== '' || search !== '';
}

/** Sets a value, making the sections above it; a value that is there already keeps its comment. */
function set(document: Document.Parsed, path: readonly string[], value: unknown): void {
  const [section = '', ...rest] = path;
  if (rest.length === 0) return;
  if (!isMap(document.get(section))) place(document, section);
  const known: unknown = document.getIn(path, true);
  if (isScalar(known) && !(value instanceof Scalar) && known.tag !== '!secret') {
    known.value = value;
    return;
  }
  const next = value instanceof Scalar ? value : new Scalar(value);
  if (isScalar(known) && known.comment) next.comment = known.comment;
  for (let depth = 1; depth < rest.length; depth++) {
    const above = path.slice(0, depth + 1);
    if (isAlias(document.getIn(above, true)))
      throw new Error(`${above.join('.')} stands for something written elsewhere`);
    // A camera that is written as nothing yet (`living:`) is a section from now on.
    if (!isMap(document.getIn(above))) document.setIn(above, new YAMLMap());
  }
  document.setIn(path, next);
}

/** An empty section in its place, in the stead of an empty value where there is one. */
function place(document: Document.Parsed, section: string): void {
  const { contents } = document;
  if (!isMap<Scalar>(contents)) return;
  const there = contents.items.find(({ key }) => key.value === section);
  if (there) {
    there.value = new YAMLMap();
    return;
  }
  const pair = document.createPair(section, new YAMLMap()) as Pair<Scalar>;
  pair.key.spaceBefore = true;
  const rank = (key: unknown): number => ORDER.indexOf(String(key));
  let at = 0;
  contents.items.forEach(({ key }, i) => {
    if (rank(key.value) >= 0 && rank(key.value) < rank(section)) at = i + 1;
  });
  contents.items.splice(at, 0, pair);
}

function dropEmpty(document: Document.Parsed, section: string): void {
  const map = document.get(section);
  if (isMap(map) && map.items.length === 0) document.delete(section);
}

function mapOf(document: Document.Parsed, value: object): never {
  return document.createNode(value) as never;
}

function freeName(base: string, taken: ReadonlySet<string>): string {
  let name = base;
  for (let again = 2; taken.has(name); again++) name = `${base}_${again}`;
  return name;
}

/** `secrets.yaml` with other values under some names, its comments kept; pure. */
export function editSecrets(text: string, secrets: ReadonlyMap<string, string>): string {
  const document = parseDocument(text === '' ? SECRETS_HEAD : text, { schema: 'failsafe', logLevel: 'error' });
  if (!isMap(document.contents)) document.contents = mapOf(document, {});
  for (const [name, value] of secrets) {
    const scalar = new Scalar(value);
    // Whatever is in it, it is text.
    scalar.type = Scalar.QUOTE_DOUBLE;
    document.set(name, scalar);
  }
  return document.toString({ lineWidth: 0 });
}

const SECRETS_HEAD = '# What moodstat.yaml names with `!secret`. Only you can read this file.\n';

/** The names that a `secrets.yaml` has. */
export function secretNames(text: string): Set<string> {
  const { contents } = parseDocument(text, { schema: 'failsafe', logLevel: 'error' });
  return new Set(isMap<Scalar>(contents) ? contents.items.map(({ key }) => String(key.value)) : []);
}
