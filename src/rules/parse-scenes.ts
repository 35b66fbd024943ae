import { checkData, newFaults } from '../config/check-data.ts';
import { valueAt } from '../config/explain-issue.ts';
import type { Fault } from '../config/fault.ts';
import type { FilledSource } from '../config/fill-placeholders.ts';
import { findReferenceFaults, type Known } from './find-reference-faults.ts';
import type { Action } from './rule.ts';
import { sceneSchema } from './rule-schema.ts';
import { allActions } from './rulebook.ts';

/** Scenes by name; what they call is still only named. */
export type Scenes = ReadonlyMap<string, readonly Action[]>;

export interface ParsedScenes {
  readonly good: Scenes;
  /** Whether each scene that is written is good. */
  readonly known: ReadonlyMap<string, boolean>;
  readonly faults: readonly Fault[];
}

/** The good scenes of a file, and what is wrong with the others. A scene that calls itself, over others too, is faulty. */
export function parseScenes({ source, filled, faults: earlier }: FilledSource, known: Known): ParsedScenes {
  const data = source.value();
  const written = valueAt(data, ['scenes']);
  const names = typeof written === 'object' && written !== null && !Array.isArray(written) ? Object.keys(written) : [];
  const faults: Fault[] = [];
  const parsed = new Map<string, readonly Action[]>();
  const spelled = new Map(names.map((name) => [name, true]));
  for (const name of names) {
    const path = ['scenes', name];
    const title = `scene \`${name}\``;
    const inside = source.faultsWithin(path, earlier);
    const { value, faults: found } = checkData(sceneSchema, valueAt(data, path), source, { base: path, filled, title });
    const own = [
      ...newFaults(found, inside),
      ...(value ? findReferenceFaults(data, path, source, { ...known, scenes: spelled }, title) : []),
    ];
    faults.push(...own);
    if (value && [...inside, ...own].every(({ severity }) => severity === 'warning')) parsed.set(name, value);
  }
  const good = new Map<string, readonly Action[]>();
  for (const [name, actions] of parsed) {
    const problem = findProblem(name, parsed, []);
    if (problem === undefined) good.set(name, actions);
    else faults.push(source.faultAtKey(['scenes', name], `scene \`${name}\`: ${problem}`));
  }
  return { good, known: new Map(names.map((name) => [name, good.has(name)])), faults };
}

/** Why a scene cannot be put in its place. */
function findProblem(name: string, parsed: Scenes, callers: readonly string[]): string | undefined {
  if (callers.includes(name)) return `calls itself: ${[...callers, name].join(' → ')}`;
  const actions = parsed.get(name);
  if (!actions) return `calls \`${name}\`, which is faulty`;
  for (const called of allActions(actions)) {
    if (called.action !== 'scene') continue;
    const problem = findProblem(called.scene, parsed, [...callers, name]);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Actions with the actions of each scene in its place; of a scene that is not among the good ones, none. */
export function inlineScenes(actions: readonly Action[], scenes: Scenes): Action[] {
  return actions.map((action): Action => {
    if (action.action === 'scene') return { ...action, actions: inlineScenes(scenes.get(action.scene) ?? [], scenes) };
    if (action.action !== 'choose') return action;
    return {
      ...action,
      options: action.options.map((option) => ({ ...option, actions: inlineScenes(option.actions, scenes) })),
      otherwise: inlineScenes(action.otherwise, scenes),
    };
  });
}
