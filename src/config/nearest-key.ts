/**
 * The known word that was probably meant: the nearest by edits, if they are few for its length, else one that begins
 * with the word or that the word begins with (`user`, `username`); undefined when nothing is near.
 */
export function nearestKey(word: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((key) => ({ key, edits: editDistance(word.toLowerCase(), key.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  const best = ranked[0];
  if (best && best.edits <= Math.max(1, Math.floor(Math.min(word.length, best.key.length) / 3))) return best.key;
  return word.length < 3 ? undefined : known.find((key) => key.startsWith(word) || word.startsWith(key));
}

/**
 * Edits between two words: insertions, deletions, replacements and swaps of neighbours, one each (Damerau 1964, the
 * optimal string alignment form): `fsp` is one slip away from `fps`, as a typist sees it.
 */
export function editDistance(a: string, b: string): number {
  let older: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = previous[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? older[j - 2]! + 1 : Infinity;
      row.push(Math.min(previous[j]! + 1, row[j - 1]! + 1, replaced, swapped));
    }
    older = previous;
    previous = row;
  }
  return previous[b.length]!;
}

/** What to tell somebody who wrote a word that is not among the known ones. */
export function unknownWord(kind: string, word: string, known: readonly string[]): string {
  const near = nearestKey(word, known);
  if (near !== undefined) return `unknown ${kind} \`${word}\`; did you mean \`${near}\`?`;
  return `unknown ${kind} \`${word}\`; known here: ${known.join(', ')}`;
}
