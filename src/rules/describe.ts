import type { Mood } from '../mood/mood.ts';
import { attributeOf } from './match-mood.ts';
import type { Cause, Place, Trigger } from './rule.ts';
import type { Scene } from './scene.ts';

/** A place for people: `living`, `the room Kitchen`, `the home`. */
export function describePlace({ camera, room }: Place): string {
  return camera ?? (room === null ? 'the home' : `the room ${room}`);
}

/** What a trigger found: `living: sad (0.83)`, `button/action said "single"`, `it is 22:00`. */
export function describeTrigger(trigger: Trigger, { mood, topic, value }: Cause, { clock, nowMs }: Scene): string {
  switch (trigger.trigger) {
    case 'mqtt':
      return topic === null
        ? `${trigger.topic} has said nothing else`
        : `${topic} said ${JSON.stringify(value).slice(0, 100)}`;
    case 'time':
      return `it is ${describeTime(clock.local(nowMs).secondOfDay)}`;
    case 'presence': {
      if (!mood) return `${describePlace(trigger)}: unknown`;
      return `${describePlace(trigger)}: ${mood.mood === null ? 'nobody visible' : 'somebody visible'}`;
    }
    case 'numeric': {
      const number = mood ? attributeOf(mood, trigger.attribute) : undefined;
      const added = number === undefined ? '' : `, ${trigger.attribute} ${Math.round(number * 1000) / 1000}`;
      return `${describePlace(trigger)}: ${describeMood(mood)}${added}`;
    }
    case 'mood':
      return `${describePlace(trigger)}: ${describeMood(mood)}`;
  }
}

export function describeMood(mood: Mood | null): string {
  if (!mood) return 'no mood';
  return mood.mood === null ? 'nobody visible' : `${mood.mood} (${mood.confidence.toFixed(2)})`;
}

export function describeTime(secondOfDay: number): string {
  const two = (value: number) => String(Math.floor(value)).padStart(2, '0');
  const seconds = secondOfDay % 60;
  return `${two(secondOfDay / 3600)}:${two((secondOfDay / 60) % 60)}${seconds === 0 ? '' : `:${two(seconds)}`}`;
}

/** `2.5 s`, `15 min`, `3 h`. */
export function describeDuration(ms: number): string {
  if (ms < 120_000) return `${Math.round(ms / 100) / 10} s`;
  if (ms < 7_200_000) return `${Math.round(ms / 6000) / 10} min`;
  return `${Math.round(ms / 360_000) / 10} h`;
}
