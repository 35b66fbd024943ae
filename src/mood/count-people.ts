/** How many people there are, and whether fewer are seen at the moment. */
export interface PeopleCount {
  readonly faces: number;
  /** Since when fewer are seen, and the most of them since then. */
  readonly fewer: { readonly sinceMs: number; readonly faces: number } | undefined;
}

/** More people count at once, fewer when no more were seen for `afterMs`: a face that turns away has not left. */
export function countPeople(
  before: PeopleCount | undefined,
  faces: number,
  atMs: number,
  afterMs: number,
): PeopleCount {
  if (!before || faces >= before.faces) return { faces, fewer: undefined };
  const fewer = {
    sinceMs: before.fewer?.sinceMs ?? atMs,
    faces: Math.max(faces, before.fewer?.faces ?? 0),
  };
  if (atMs - fewer.sinceMs < afterMs) return { faces: before.faces, fewer };
  return { faces: fewer.faces, fewer: undefined };
}
