import { valueIn } from './match-message.ts';
import type { Json, YieldTo } from './rule.ts';
import type { TopicState } from './scene.ts';

/** What a rule told a thing to be; plain data. */
export interface Write {
  readonly atMs: number;
  /** Until when the thing may still be on its way there. */
  readonly untilMs: number;
  readonly values: Readonly<Record<string, Json>>;
}

/** So long after a command its echo may come; a Zigbee lamp answers within a second, behind a busy mesh within some. */
const ECHO_MS = 10_000;

/** Where a thing is told of by one value alone, that value goes by this name. */
const WHOLE = 'state';

/** What a message says, value by value. */
export function valuesOf(payload: string): Readonly<Record<string, Json>> {
  const value = valueIn(payload, undefined);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, Json>;
  return { [WHOLE]: value ?? null };
}

/** What a command means for the thing, or undefined when it is none for it. */
export function writeTo(
  { topic, command }: YieldTo,
  publish: { readonly topic: string; readonly payload: string },
  nowMs: number,
): Write | undefined {
  const to = command ?? topic;
  if (publish.topic !== to && !publish.topic.startsWith(`${to}/`)) return undefined;
  const said = valuesOf(publish.payload);
  // `lamp/set/brightness` with 120 is `lamp/set` with {"brightness": 120}.
  const last = publish.topic.split('/').at(-1)!;
  const single = publish.topic !== to && last !== 'set' && Object.keys(said).join() === WHOLE;
  const values = single ? { [last]: said[WHOLE]! } : said;
  const { transition } = said;
  const transitionMs = typeof transition === 'number' ? Math.min(600, Math.max(0, transition)) * 1000 : 0;
  return { atMs: nowMs, untilMs: nowMs + ECHO_MS + transitionMs, values };
}

/**
 * The value that a person has changed, as a message shows; undefined when nothing has changed that counts, or it is what
 * rules have written. `watched` are the names that rules write: a signal strength that moves is nobody's will.
 */
export function changedByPerson(
  { path }: YieldTo,
  before: TopicState | undefined,
  payload: string,
  watched: ReadonlySet<string>,
  writes: readonly Write[],
  nowMs: number,
): string | undefined {
  if (!before) return undefined;
  const current = writes.filter(({ atMs, untilMs }) => atMs <= nowMs && nowMs <= untilMs);
  const isNew = (was: Json | undefined, is: Json | undefined) =>
    is !== undefined && was !== undefined && JSON.stringify(was) !== JSON.stringify(is);
  if (path) {
    const [was, is] = [valueIn(before.payload, path), valueIn(payload, path)];
    const name = path.join('.');
    return isNew(was, is) && !isEcho(String(path[0]), was!, is!, current) ? name : undefined;
  }
  const [was, is] = [valuesOf(before.payload), valuesOf(payload)];
  return Object.keys(is).find(
    (name) =>
      (name === WHOLE || watched.has(name)) &&
      isNew(was[name], is[name]) &&
      !isEcho(name, was[name]!, is[name]!, current),
  );
}

function isEcho(name: string, was: Json, is: Json, writes: readonly Write[]): boolean {
  return writes.some(({ values }) => {
    const target = values[name];
    if (target === undefined) return name === WHOLE && isSwitchedBy(values, is);
    // Colours are told back in another form than they were written in.
    if (typeof target === 'object' && target !== null) return true;
    if (typeof target === 'number' && typeof is === 'number') return isOnTheWay(was, is, target);
    return wordOf(target) === wordOf(is) || wordOf(target) === 'toggle';
  });
}

/** Lamps round what they are told, and report on the way there. */
function isOnTheWay(was: Json, is: number, target: number): boolean {
  if (Math.abs(is - target) <= Math.max(2, Math.abs(target) * 0.02)) return true;
  return typeof was === 'number' && Math.min(was, target) <= is && is <= Math.max(was, target);
}

/** A lamp that is told how bright to be goes on, or off when that is not at all. */
function isSwitchedBy({ brightness, ...others }: Readonly<Record<string, Json>>, is: Json): boolean {
  if (brightness === 0) return wordOf(is) === 'off';
  return (
    wordOf(is) === 'on' && (brightness !== undefined || Object.keys(others).some((name) => name.startsWith('color')))
  );
}

function wordOf(value: Json): string {
  return (typeof value === 'string' ? value : JSON.stringify(value)).toLowerCase();
}
