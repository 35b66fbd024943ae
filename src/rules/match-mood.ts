import type { Mood, MoodName } from '../mood/mood.ts';
import type { Attribute, Condition, TimeCondition, Trigger, Weekday } from './rule.ts';

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
export function inRange(
  value: number | undefined,
  { above, below }: { readonly above: number | undefined; readonly below: number | undefined },
  slack = 0,
): boolean {
  if (value === undefined) return false;
  return (above === undefined || value > above - slack) && (below === undefined || value < below + slack);
}

/** Whether the mood satisfies a trigger; `held` tells whether the one before it did, for the hysteresis. */
export function triggerHolds(trigger: Trigger, mood: Mood, held: boolean): boolean {
  if (trigger.trigger === 'numeric') {
    return inRange(attributeOf(mood, trigger.attribute), trigger, held ? trigger.hysteresis : 0);
  }
  const listed = trigger.to ? trigger.to.includes(mood.mood) : isEmotion(mood.mood);
  return listed && confident(mood, trigger.minConfidence);
}

/** Whether a condition holds; `moodOf` gives the fresh mood of a camera or of the home, undefined when there is none. */
export function conditionHolds(
  condition: Condition,
  moodOf: (camera: string | null) => Mood | undefined,
  nowMs: number,
  timeZone: string,
): boolean {
  if (condition.condition === 'time') return timeHolds(condition, nowMs, timeZone);
  const mood = moodOf(condition.camera);
  if (!mood) return false;
  if (condition.condition === 'numeric') return inRange(attributeOf(mood, condition.attribute), condition);
  return condition.is.includes(mood.mood) && confident(mood, condition.minConfidence);
}

/** Only an emotion is more or less certain; that nobody is there, or that we do not know, needs no confidence. */
function confident({ mood, confidence }: Mood, minConfidence: number): boolean {
  return !isEmotion(mood) || confidence >= minConfidence;
}

/** The weekday is that of the moment, also after midnight in a window that began the day before. */
function timeHolds({ afterS, beforeS, weekdays }: TimeCondition, nowMs: number, timeZone: string): boolean {
  const { secondOfDay, weekday } = localTime(nowMs, timeZone);
  if (weekdays && !weekdays.includes(weekday)) return false;
  const after = afterS === undefined || secondOfDay >= afterS;
  const before = beforeS === undefined || secondOfDay < beforeS;
  const pastMidnight = afterS !== undefined && beforeS !== undefined && afterS > beforeS;
  return pastMidnight ? after || before : after && before;
}

function localTime(nowMs: number, timeZone: string): { secondOfDay: number; weekday: Weekday } {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(nowMs);
  const part = (type: Intl.DateTimeFormatPartTypes) => parts.find((one) => one.type === type)?.value ?? '';
  return {
    secondOfDay: Number(part('hour')) * 3600 + Number(part('minute')) * 60 + Number(part('second')),
    weekday: part('weekday').toLowerCase() as Weekday,
  };
}
