/**
 * Whether a topic filter matches a topic (MQTT 3.1.1 and 5, §4.7): `+` is one level, a last `#` any number of them, none
 * included; topics that begin with `$` are only matched by filters that do so too.
 */
export function filterMatches(filter: string, topic: string): boolean {
  if (topic.startsWith('$') !== filter.startsWith('$')) return false;
  const asked = filter.split('/');
  const levels = topic.split('/');
  for (const [i, level] of asked.entries()) {
    if (level === '#') return true;
    if (i >= levels.length || (level !== '+' && level !== levels[i])) return false;
  }
  return asked.length === levels.length;
}
