/** The moods that a topic can tell, in the order of the palette's lists; `nobody` is `null` in a payload. */
const MOODS = ['angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral', 'uncertain', 'nobody'];

/**
 * Reads what stands on a mood topic. Undefined when it is no mood: the topic was emptied (the camera is switched off),
 * or somebody else publishes there.
 */
function parseMood(text) {
  let payload;
  try {
    payload = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof payload !== 'object' || payload === null) return undefined;
  const name = payload.mood === null ? 'nobody' : payload.mood;
  const atMs = Date.parse(payload.at);
  if (!MOODS.includes(name) || Number.isNaN(atMs)) return undefined;
  const validUntilMs = Date.parse(payload.valid_until);
  return {
    name,
    atMs,
    validUntilMs: Number.isNaN(validUntilMs) ? Infinity : validUntilMs,
    confidence: Number(payload.confidence) || 0,
    payload,
  };
}

/** The moods of a list as the editor keeps it, separated by commas; an empty list holds them all. */
function parseMoods(list) {
  const names = String(list ?? '')
    .split(',')
    .filter((name) => name !== '');
  return new Set(names.length > 0 ? names : MOODS);
}

/** The topic of a camera, or of the whole home when none is named. */
function moodTopic(base, camera) {
  const root = (base || 'home/emotion').replace(/\/+$/, '');
  return camera ? `${root}/${camera}` : root;
}

/**
 * Follows the mood of one topic and says what is news. A mood whose evidence is not enough (`confidence`) is passed
 * over; that nobody is there needs none. The same report heard twice is heard once: after a reconnect moodstat tells
 * the present mood again.
 */
class MoodWatch {
  #minimum;
  #present;
  #heardMs = -Infinity;

  constructor({ confidence = 0 } = {}) {
    this.#minimum = confidence;
  }

  /** The mood that holds now, undefined when none is known or it is stale. */
  present(nowMs) {
    return this.#present && nowMs < this.#present.validUntilMs ? this.#present : undefined;
  }

  /**
   * What a message on the topic says. Undefined when it is no news; else the mood, the one before it (undefined when none
   * was known), whether it is another one, and whether it is fresh: told now and still true.
   */
  hear(text, { retained, nowMs }) {
    const mood = parseMood(text);
    if (!mood) {
      this.#present = undefined;
      return undefined;
    }
    if (mood.atMs <= this.#heardMs) return undefined;
    this.#heardMs = mood.atMs;
    if (mood.name !== 'nobody' && mood.confidence < this.#minimum) return undefined;
    const previous = this.present(nowMs);
    this.#present = mood;
    const fresh = !retained && nowMs < mood.validUntilMs;
    return { mood, previous, changed: previous?.name !== mood.name, fresh };
  }
}

module.exports = { MOODS, MoodWatch, moodTopic, parseMood, parseMoods };
