import { isAlias, isMap, isScalar, parseDocument, type Scalar, visit } from 'yaml';
import type { PreviewAnswer } from './setup-answer.ts';

/** Lines beside a change that are shown with it. */
const AROUND = 3;
/** Longer files are compared from where they begin to differ to where they cease to. */
const MOST_COMPARED = 2000;

/** Keys whose values nobody may see, wherever they stand, when they are written out and not only named. */
const SECRET_KEYS = new Set(['password', 'token']);

/**
 * A configuration as it can be shown to whoever looks at the page: passwords, tokens and header values that are written out
 * as `***`, and addresses without user, password and query; pure. `!secret` and `${…}` only name what they stand for.
 */
export function maskSecrets(text: string): string {
  const ranges: (readonly [number, number])[] = [];
  const hide = (node: unknown): void => {
    if (!isScalar(node) || node.tag === '!secret' || !node.range) return;
    if (typeof node.value === 'string' && /^\$\{[^:}]*\}$/.test(node.value)) return;
    if (node.value !== null) ranges.push([node.range[0], node.range[1]]);
  };
  const document = parseDocument(text, {
    customTags: [{ tag: '!secret', resolve: (name: string) => name }],
    logLevel: 'error',
  });
  visit(document, {
    Pair: (_, { key, value }) => {
      const name = isScalar(key) ? String(key.value) : '';
      const target = isAlias(value) ? value.resolve(document) : value;
      if (SECRET_KEYS.has(name)) hide(target);
      if (name === 'headers' && isMap<Scalar>(target)) for (const pair of target.items) hide(pair.value);
    },
  });
  let shown = text;
  for (const [from, to] of [...ranges].sort(([a], [b]) => b - a))
    shown = `${shown.slice(0, from)}***${shown.slice(to)}`;
  return shown.replaceAll(
    /\b([a-z][a-z0-9+.-]*:\/\/)([^\s/?#'"]*@)?([^\s?#'"]*)(\?[^\s'"]*)?/gi,
    (_, scheme: string, user = '', rest: string, query = '') => {
      const hidden = (part: string, as: string): string => (part === '' || part.includes('${') ? part : as);
      return `${scheme}${hidden(user as string, '***@')}${rest}${hidden(query as string, '?***')}`;
    },
  );
}

/** What changes from one text to another, line by line, with the lines around it; null stands for lines left out. */
export function showChanges(before: string, after: string): PreviewAnswer['lines'] {
  const all = compareLines(linesOf(before), linesOf(after));
  const near = all.map((_, i) =>
    all.slice(Math.max(0, i - AROUND), i + AROUND + 1).some(({ kind }) => kind !== 'same'),
  );
  return all.flatMap((line, i) =>
    near[i] ? [line] : near[i - 1] === false || i === 0 ? (i === 0 ? [null] : []) : [null],
  );
}

type Line = NonNullable<PreviewAnswer['lines'][number]>;

/** By their longest common subsequence. */
function compareLines(before: readonly string[], after: readonly string[]): Line[] {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start++;
  let end = 0;
  while (end < before.length - start && end < after.length - start && before.at(-1 - end) === after.at(-1 - end)) end++;
  const [a, b] = [before.slice(start, before.length - end), after.slice(start, after.length - end)];
  const same = (lines: readonly string[]): Line[] => lines.map((text) => ({ text, kind: 'same' }));
  return [...same(before.slice(0, start)), ...compareMiddle(a, b), ...same(before.slice(before.length - end))];
}

function compareMiddle(a: readonly string[], b: readonly string[]): Line[] {
  const removed = (text: string): Line => ({ text, kind: 'removed' });
  const added = (text: string): Line => ({ text, kind: 'added' });
  if (a.length > MOST_COMPARED || b.length > MOST_COMPARED) return [...a.map(removed), ...b.map(added)];
  const width = b.length + 1;
  const longest = new Uint32Array((a.length + 1) * width);
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      longest[i * width + j] =
        a[i] === b[j]
          ? longest[(i + 1) * width + j + 1]! + 1
          : Math.max(longest[(i + 1) * width + j]!, longest[i * width + j + 1]!);
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ text: a[i]!, kind: 'same' });
      i++;
      j++;
    } else if (i < a.length && (j === b.length || longest[(i + 1) * width + j]! >= longest[i * width + j + 1]!))
      lines.push(removed(a[i++]!));
    else lines.push(added(b[j++]!));
  }
  return lines;
}

function linesOf(text: string): string[] {
  return text.replace(/\n$/, '').split('\n');
}
