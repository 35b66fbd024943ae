/** Longest topic MQTT can carry, in bytes of UTF-8 (a two-byte length: MQTT 3.1.1 §1.5.3, MQTT 5 §1.5.4). */
const MAX_TOPIC_BYTES = 65_535;

/** Leaves room, within what brokers take (256 bytes at some), for camera names and the levels below them. */
const MAX_BASE_BYTES = 200;

/** Why nothing can be published to this topic, or undefined when it can (MQTT 3.1.1 and 5, §4.7). */
export function topicFault(topic: string): string | undefined {
  if (topic === '') return 'expected a topic, found an empty text';
  if (/[+#]/.test(topic)) return 'a topic to publish to cannot hold the wildcards `+` and `#`';
  if (topic.startsWith('$')) return 'topics that begin with `$` belong to the broker';
  // U+0000 is forbidden; other control characters may make a broker close the connection ([MQTT-1.5.3-2], §1.5.3).
  if (/\p{Cc}/u.test(topic)) return 'a topic cannot hold control characters or line breaks';
  if (/\p{Cs}/u.test(topic)) return 'a topic must be valid Unicode';
  if (Buffer.byteLength(topic) > MAX_TOPIC_BYTES) return `a topic is at most ${MAX_TOPIC_BYTES} bytes long`;
  return undefined;
}

/** Why nobody can listen to this filter, or undefined when one can: `+` is a whole level, `#` the last (§4.7.1). */
export function filterFault(filter: string): string | undefined {
  const levels = filter.split('/');
  if (levels.some((level, i) => level.includes('#') && (level !== '#' || i < levels.length - 1)))
    return '`#` can only be the whole last level of a filter';
  if (levels.some((level) => level.includes('+') && level !== '+')) return '`+` can only be a whole level of a filter';
  return filter === '' ? topicFault('') : topicFault(filter.replace(/[+#]/g, 'x'));
}

/** Why a topic cannot be the base of all of ours, or undefined when it can. */
export function baseTopicFault(topic: string): string | undefined {
  const fault = topicFault(topic);
  if (fault !== undefined) return fault;
  if (topic.split('/').includes('')) return 'a base topic has no empty levels: no `/` at its ends, no `//`';
  if (topic.split('/')[0] === 'homeassistant') return '`homeassistant/` is for discovery; choose another base topic';
  if (Buffer.byteLength(topic) > MAX_BASE_BYTES) return `a base topic is at most ${MAX_BASE_BYTES} bytes long`;
  return undefined;
}
