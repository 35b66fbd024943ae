/** A path such as `state`, `color.x` or `list[0].name` as its steps; undefined when it is none. */
export function parsePath(text: string): (string | number)[] | undefined {
  if (!/^[^.[\]\s]+(\[\d+\])*(\.[^.[\]\s]+(\[\d+\])*)*$/.test(text)) return undefined;
  return [...text.matchAll(/([^.[\]]+)|\[(\d+)\]/g)].map(([, key, index]) =>
    index === undefined ? key! : Number(index),
  );
}
