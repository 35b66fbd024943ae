import type { Mood, MoodName } from '../mood/mood.ts';
import type { Attribute, Limits, MoodTrigger, NumericTrigger, PresenceTrigger } from './rule.ts';

/** Whether a name is one of the seven emotions. */
export function isEmotion(mood: MoodName): boolean {
  return mood !== null && mood !== 'uncertain';
}

/**
 * The number a rule compares; undefined where there is none. Valence and arousal are means over the evidence, so they
 * hold while no single emotion is decided; the confidence is that of a decided mood; people can always be counted.
 */
export function attributeOf(mood: Mood, attribute: Attribute): number | undefined {
  if (attribute === 'people') return mood.faces;
  if (mood.mood === null) return undefined;
  if (attribute === 'confidence') return isEmotion(mood.mood) ? mood.confidence : undefined;
  return mood[attribute];
}

/** A number between limits, either of which may be missing; `slack` moves both outwards. */
export function inRange(value: number | undefined, { above, below }: Limits, slack = 0): boolean {
  if (value === undefined) return false;
  return (above === undefined || value > above - slack) && (below === undefined || value < below + slack);
}

/** Whether the mood satisfies a trigger; `held` tells whether the one before it did, for the hysteresis. */
export function triggerHolds(trigger: MoodTrigger | NumericTrigger | PresenceTrigger, mood: Mood, held: boolean) {
  switch (trigger.trigger) {
    case 'numeric':
      return inRange(attributeOf(mood, trigger.attribute), trigger, held ? trigger.hysteresis : 0);
    case 'presence':
      return (mood.mood === null) === (trigger.event === 'left');
    case 'mood': {
      const listed = trigger.to ? trigger.to.includes(mood.mood) : isEmotion(mood.mood);
      return listed && isConfident(mood, trigger.minConfidence);
    }
  }
}

/** Only an emotion is more or less certain; that nobody is there, or that we do not know, needs no confidence. */
export function isConfident({ mood, confidence }: Mood, minConfidence: number): boolean {
  return !isEmotion(mood) || confidence >= minConfidence;
}
