import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type Pair,
  parseDocument,
  type Scalar,
  visit,
  type YAMLError,
} from 'yaml';
import type { Fault } from './fault.ts';

/** Where in the data something is: keys and, in lists, indices, from the root. */
export type Path = readonly (string | number)[];

/** A text of the file, before it was read as anything. */
export interface ScalarText {
  /** The same for every path that leads here, over aliases and merges too. */
  readonly origin: number;
  readonly text: string;
  /** `!secret` when tagged so. */
  readonly tag: string | undefined;
  readonly line: number;
  readonly column: number;
  /** Puts text in its place, everywhere an alias refers to it too. */
  readonly replace: (text: string) => void;
}

/** A YAML 1.2 file that still knows where everything was written. */
export interface YamlSource {
  readonly file: string;
  /** Faults of the YAML itself; where `broken`, the data cannot be trusted. */
  readonly faults: readonly Fault[];
  readonly broken: boolean;
  /** Every text that is quoted, tagged or holds letters, in order. */
  scalars(): ScalarText[];
  /** `origin` of the scalar that the value under `path` was written as; undefined when it is none. */
  originOf(path: Path): number | undefined;
  /** Those faults of this file that stand within what `path` leads to, over aliases too. */
  faultsWithin(path: Path, faults: readonly Fault[]): Fault[];
  /** The data: plain objects, arrays, text, numbers, booleans and null; undefined when the file is empty. */
  value(): unknown;
  /** What was written under `path`, as if it stood at the margin, and its line; undefined when nothing was. */
  textAt(path: Path): { readonly line: number; readonly column: number; readonly text: string } | undefined;
  /** A fault at the value under `path`, or at the nearest thing above it that was written. */
  faultAt(path: Path, message: string, severity?: Fault['severity']): Fault;
  /** A fault at the last key of `path`. */
  faultAtKey(path: Path, message: string, severity?: Fault['severity']): Fault;
}

/**
 * Reads YAML with merge keys (`<<`), all keys as text, and the tag `!secret`; bad YAML gives faults, never an error.
 * With the schema `failsafe` every value stays the text that was written.
 */
export function readYaml(text: string, file: string, schema: 'core' | 'failsafe' = 'core'): YamlSource {
  const lines = countLines(text);
  const document = parseDocument(text, {
    schema,
    merge: true,
    stringKeys: true,
    prettyErrors: false,
    logLevel: 'error',
    customTags: [{ tag: '!secret', resolve: (name: string) => name }],
  });
  const fault = (offset: number, message: string, severity: Fault['severity'] = 'error'): Fault => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col), message, severity };
  };
  const syntax = syntaxFaults(document, text, fault);
  return {
    file,
    ...syntax,
    scalars: () => scalarsOf(document, lines),
    originOf: (path) => {
      const { node } = find(document, path);
      const scalar = isAlias(node) ? node.resolve(document) : node;
      return isScalar(scalar) ? startOf(scalar) : undefined;
    },
    faultsWithin: (path, faults) => {
      if (faults.length === 0) return [];
      const ranges = rangesOf(find(document, path).node, document);
      return faults.filter((one) => {
        const offset = (lines.lineStarts[one.line - 1] ?? 0) + one.column - 1;
        return one.file === file && ranges.some(([start, end]) => start <= offset && offset < end);
      });
    },
    value: () => document.toJS() as unknown,
    textAt: (path) => {
      const { node } = find(document, path);
      const range = isNode(node) ? node.range : undefined;
      if (!range) return undefined;
      const { line, col } = lines.linePos(range[0]);
      return { line, column: col, text: atMargin(text.slice(range[0], range[1]), col - 1) };
    },
    faultAt: (path, message, severity) => fault(locate(document, path, 'value'), message, severity),
    faultAtKey: (path, message, severity) => fault(locate(document, path, 'key'), message, severity),
  };
}

/** All lines but the first, which begins after it, without the indentation. */
function atMargin(text: string, indent: number): string {
  return text.trimEnd().replaceAll(new RegExp(`\n {1,${Math.max(1, indent)}}`, 'g'), '\n');
}

/** The parser's own counting stops where it stops reading. */
function countLines(text: string): LineCounter {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lines.addNewLine(at + 1);
  return lines;
}

type FaultAtOffset = (offset: number, message: string) => Fault;

function syntaxFaults(
  document: Document.Parsed,
  text: string,
  fault: FaultAtOffset,
): { faults: Fault[]; broken: boolean } {
  const duplicates = document.errors.filter(({ code }) => code === 'DUPLICATE_KEY');
  // One slip makes the parser stumble on; only its first error is worth reading.
  const first = document.errors.find(({ code }) => code !== 'DUPLICATE_KEY');
  const faults = [
    ...duplicates.map(({ pos }) => fault(pos[0], 'this key is given twice in the same section')),
    ...tagFaults(document, fault),
  ];
  if (first) return { faults: [...faults, fault(first.pos[0], syntaxMessage(first, text))], broken: true };
  const graph = graphFaults(document, fault);
  return { faults: [...faults, ...graph], broken: graph.length > 0 };
}

function syntaxMessage({ code, message, pos: [at] }: YAMLError, text: string): string {
  if (text.slice(at - 1, at + 1) === '${') return 'not valid YAML: between { } or [ ] a "${NAME}" needs quotes';
  if (text.slice(at - 1, at + 1) === '{{') return 'not valid YAML: a value such as "{{ mood.mood }}" needs quotes';
  if (code === 'TAB_AS_INDENT') return 'not valid YAML: indent with spaces, not with tabs';
  if (code === 'BLOCK_AS_IMPLICIT_KEY')
    return 'not valid YAML: a second `key:` on one line, or a line indented too far';
  if (code === 'MULTIPLE_DOCS') return 'not valid here: a second document begins (`---`); one file holds one';
  if (code === 'NON_STRING_KEY') return 'a key must be plain text';
  const [first = ''] = message.split('\n', 1);
  return `not valid YAML: ${first.charAt(0).toLowerCase()}${first.slice(1)}`;
}

function tagFaults(document: Document.Parsed, fault: FaultAtOffset): Fault[] {
  const faults: Fault[] = [];
  visit(document, {
    Value: (_, node) => {
      if (!node.tag?.startsWith('!') || (node.tag === '!secret' && isScalar(node))) return;
      faults.push(fault(startOf(node), `unknown tag \`${node.tag}\`; the only one here is \`!secret NAME\``));
    },
  });
  return faults;
}

/** What parses but cannot become data: unknown and circular aliases, merges of what is no section, `__proto__`. */
function graphFaults(document: Document.Parsed, fault: FaultAtOffset): Fault[] {
  const faults: Fault[] = [];
  visit(document, {
    Alias: (_, alias, ancestors) => {
      const target = alias.resolve(document);
      if (!target) faults.push(fault(startOf(alias), `no anchor \`&${alias.source}\` stands above this alias`));
      else if (ancestors.includes(target))
        faults.push(fault(startOf(alias), 'this alias refers to what it is part of'));
    },
    Pair: (_, pair) => {
      const { key, value } = pair as Pair<Scalar, Node | null>;
      if (key.value === '__proto__') faults.push(fault(startOf(key), '`__proto__` cannot be a key'));
      if (key.value === '<<' && !mergeable(value, document)) {
        faults.push(fault(startOf(key), '`<<` takes an alias (`*name`) of a section, or a list of them'));
      }
    },
  });
  if (faults.length > 0) return faults;
  try {
    document.toJS();
  } catch {
    // The parser's guard against aliases that multiply each other ("billion laughs").
    faults.push(fault(0, 'too many aliases of aliases'));
  }
  return faults;
}

function mergeable(value: Node | null, document: Document.Parsed): boolean {
  const target = isAlias(value) ? value.resolve(document) : value;
  if (isMap(target)) return true;
  return isSeq<Node>(target) && target.items.every((item) => isMap(isAlias(item) ? item.resolve(document) : item));
}

function scalarsOf(document: Document.Parsed, lines: LineCounter): ScalarText[] {
  const found: ScalarText[] = [];
  visit(document, {
    Scalar: (key, scalar) => {
      if (key === 'key' || typeof scalar.value !== 'string') return;
      const { line, col } = lines.linePos(startOf(scalar));
      found.push({
        origin: startOf(scalar),
        text: scalar.value,
        tag: scalar.tag,
        line,
        column: col,
        replace: (text) => {
          scalar.value = text;
        },
      });
    },
  });
  return found;
}

/** Where a node was written: its own range, and those of what the aliases in it refer to. */
function rangesOf(node: unknown, document: Document.Parsed): (readonly [number, number])[] {
  if (!isNode(node)) return [];
  const ranges: (readonly [number, number])[] = node.range ? [[node.range[0], node.range[1]]] : [];
  const addTarget = (alias: Alias) => {
    ranges.push(...rangesOf(alias.resolve(document), document));
  };
  if (isAlias(node)) addTarget(node);
  else
    visit(node, {
      Alias: (_, alias) => {
        addTarget(alias);
      },
    });
  return ranges;
}

/** Offset of what was written under `path`; where the rest of the path was not written, of the key it should be under. */
function locate(document: Document.Parsed, path: Path, want: 'key' | 'value'): number {
  const { node, key, above } = find(document, path);
  if (want === 'value' && written(node)) return startOf(node);
  return key ? startOf(key) : above;
}

interface Found {
  /** What stands under the path, an alias perhaps; undefined when nothing does. */
  readonly node: unknown;
  /** Its key, when it stands in a section. */
  readonly key: Scalar | undefined;
  /** Offset of the nearest thing on the way that was written. */
  readonly above: number;
}

function find(document: Document.Parsed, path: Path): Found {
  const root = document.contents;
  let found: Found = { node: root, key: undefined, above: root ? startOf(root) : 0 };
  for (const step of path) {
    const { node, key, above } = found;
    const here: unknown = isAlias(node) ? node.resolve(document) : node;
    if (isMap<Scalar>(here)) {
      const pair = findPair(here.items, String(step), document);
      if (!pair) return { node: undefined, key: undefined, above: key ? startOf(key) : above };
      found = { node: pair.value, key: pair.key, above: startOf(pair.key) };
    } else if (isSeq(here) && typeof step === 'number' && here.items[step]) {
      found = { node: here.items[step], key: undefined, above: startOf(here.items[step]) };
    } else if (typeof step !== 'number') {
      return { node: undefined, key: undefined, above: written(node) ? startOf(node) : above };
    }
    // A number that leads on from what is no list: one value stands for a list of one.
  }
  return found;
}

function findPair(pairs: readonly Pair<Scalar>[], key: string, document: Document.Parsed): Pair<Scalar> | undefined {
  const own = pairs.find((pair) => String(pair.key.value) === key);
  if (own) return own;
  for (const merge of pairs.filter((pair) => pair.key.value === '<<')) {
    const sources: unknown[] = isSeq(merge.value) ? merge.value.items : [merge.value];
    for (const source of sources) {
      const map = isAlias(source) ? source.resolve(document) : source;
      const pair = isMap<Scalar>(map) ? findPair(map.items, key, document) : undefined;
      if (pair) return pair;
    }
  }
  return undefined;
}

/** An empty value (`fps:`) has no place of its own worth pointing at. */
function written(node: unknown): boolean {
  return isScalar(node) ? node.value !== null || node.source !== '' : node !== null && node !== undefined;
}

function startOf(node: unknown): number {
  return (node as { range?: readonly [number, number, number] | null } | null)?.range?.[0] ?? 0;
}
