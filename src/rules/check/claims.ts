import type { MoodName } from '../../mood/mood.ts';
import { EMOTIONS } from '../../vision/emotion.ts';
import { placeKey } from '../places.ts';
import {
  type Attribute,
  type Condition,
  type Json,
  type Limits,
  type MessageMatch,
  type Moment,
  type Place,
  type TimeCondition,
  type Trigger,
  type Weekday,
  WEEKDAYS,
} from '../rule.ts';

/** One thing that must be so for a rule to act; several of them may exclude each other. */
export type Claim =
  | { readonly of: 'mood'; readonly place: string; readonly moods: ReadonlySet<MoodName> }
  | ({ readonly of: 'number'; readonly place: string; readonly attribute: Attribute } & Limits)
  | { readonly of: 'time'; readonly minutes: Minutes }
  /** Words that a value of a topic may be, in lower case. */
  | { readonly of: 'message'; readonly value: string; readonly words: ReadonlySet<string> };

/** 1 for each minute of a week, from Monday's midnight on, that is meant. */
type Minutes = Uint8Array;

/** Claims that must all be so; a list of these is what may be so in one way or another. */
export type Case = readonly Claim[];

/** More cases than this are not looked at; what is not looked at is taken to be possible. */
const MAX_CASES = 256;

const DAY_MINUTES = 1440;
const WEEK_MINUTES = 7 * DAY_MINUTES;
const ALL_MOODS: readonly MoodName[] = [...EMOTIONS, 'uncertain', null];
const SOMEBODY = ALL_MOODS.filter((mood) => mood !== null);

/** Nothing is claimed: everything may be. */
const ANYTHING: readonly Case[] = [[]];

/** What is so at the moment a trigger fires. */
export function casesOfTrigger(trigger: Trigger): readonly Case[] {
  switch (trigger.trigger) {
    case 'mood': {
      const confident = aboveConfidence(trigger, trigger.minConfidence);
      return [[moodClaim(trigger, trigger.to ?? EMOTIONS), ...confident]];
    }
    case 'numeric':
      return [numberClaims(trigger, trigger.attribute, trigger)];
    case 'presence':
      return [[moodClaim(trigger, trigger.event === 'left' ? [null] : SOMEBODY)]];
    case 'mqtt':
      return [messageClaims(trigger.topic, trigger)];
    case 'time': {
      const minutes = minutesOfTimes(trigger.at, trigger.everyMs, trigger.weekdays);
      return minutes ? [[{ of: 'time', minutes }]] : ANYTHING;
    }
  }
}

/** What is so when all conditions hold. */
export function casesOfAll(conditions: readonly Condition[]): readonly Case[] {
  return conditions.map(casesOf).reduce(both, ANYTHING);
}

/** In how many ways both may be so. */
export function both(one: readonly Case[], other: readonly Case[]): readonly Case[] {
  if (one.length * other.length > MAX_CASES) return ANYTHING;
  return one.flatMap((a) => other.map((b) => [...a, ...b]));
}

/** When no window holds. */
export function casesOfNone(windows: readonly TimeCondition[]): readonly Case[] {
  return windows.map(oppositeOf).reduce(both, ANYTHING);
}

function casesOf(condition: Condition): readonly Case[] {
  switch (condition.condition) {
    case 'mood':
      return [[moodClaim(condition, condition.is), ...aboveConfidence(condition, condition.minConfidence)]];
    case 'numeric':
      return [numberClaims(condition, condition.attribute, condition)];
    case 'presence':
      return [[moodClaim(condition, condition.is === 'absent' ? [null] : SOMEBODY)]];
    case 'mqtt':
      return [messageClaims(condition.topic, condition)];
    case 'time': {
      const minutes = minutesOfWindow(condition);
      return minutes ? [[{ of: 'time', minutes }]] : ANYTHING;
    }
    case 'and':
      return casesOfAll(condition.conditions);
    case 'or': {
      const cases = condition.conditions.flatMap(casesOf);
      return cases.length > MAX_CASES ? ANYTHING : cases;
    }
    case 'not':
      return condition.conditions.map(oppositeOf).reduce(both, ANYTHING);
  }
}

function oppositeOf(condition: Condition): readonly Case[] {
  switch (condition.condition) {
    case 'mood': {
      // With a confidence asked for, the same mood may be there with less of it.
      if (condition.minConfidence > 0) return ANYTHING;
      return [
        [
          moodClaim(
            condition,
            ALL_MOODS.filter((mood) => !condition.is.includes(mood)),
          ),
        ],
      ];
    }
    case 'presence':
      return casesOf({ ...condition, is: condition.is === 'absent' ? 'present' : 'absent' });
    case 'time': {
      const minutes = minutesOfWindow(condition);
      if (!minutes) return ANYTHING;
      return [[{ of: 'time', minutes: minutesWhere((minute) => minutes[minute] === 0) }]];
    }
    case 'and':
      return condition.conditions.flatMap(oppositeOf);
    case 'or':
      return condition.conditions.map(oppositeOf).reduce(both, ANYTHING);
    case 'not':
      return casesOf({ condition: 'or', conditions: condition.conditions });
    // A number outside limits may be on either side, or no number at all.
    case 'numeric':
    case 'mqtt':
      return ANYTHING;
  }
}

/** Whether all claims of a case can be so at once. */
export function isPossible(claims: Case): boolean {
  const moods = new Map<string, MoodName[]>();
  const numbers = new Map<string, { attribute: Attribute; place: string; above: number; below: number }>();
  const words = new Map<string, ReadonlySet<string>>();
  let minutes: Minutes | undefined;
  for (const claim of claims) {
    switch (claim.of) {
      case 'mood':
        moods.set(
          claim.place,
          (moods.get(claim.place) ?? ALL_MOODS).filter((mood) => claim.moods.has(mood)),
        );
        break;
      case 'number': {
        const key = `${claim.place} ${claim.attribute}`;
        const known = numbers.get(key) ?? { ...claim, above: -Infinity, below: Infinity };
        const above = Math.max(known.above, claim.above ?? -Infinity);
        numbers.set(key, { ...known, above, below: Math.min(known.below, claim.below ?? Infinity) });
        break;
      }
      case 'message':
        words.set(claim.value, shared(words.get(claim.value), claim.words));
        break;
      case 'time': {
        const before = minutes;
        minutes = before
          ? minutesWhere((minute) => before[minute] === 1 && claim.minutes[minute] === 1)
          : claim.minutes;
      }
    }
  }
  return (
    [...moods.values()].every((left) => left.length > 0) &&
    [...words.values()].every((left) => left.size > 0) &&
    (minutes === undefined || minutes.includes(1)) &&
    [...numbers.values()].every((range) => hasNumber(range, moods.get(range.place) ?? ALL_MOODS))
  );
}

function hasNumber(
  { attribute, above, below }: { attribute: Attribute; above: number; below: number },
  moods: readonly MoodName[],
): boolean {
  if (attribute !== 'people') {
    const [min, max] = [attribute === 'valence' ? -1 : 0, 1];
    return above < below && above < max && below > min;
  }
  // People are counted: none where nobody is visible, at least one elsewhere.
  const least = moods.includes(null) ? 0 : 1;
  const most = moods.some((mood) => mood !== null) ? Infinity : 0;
  const first = Math.max(least, Math.floor(above) + 1);
  return first < below && first <= most;
}

function shared(known: ReadonlySet<string> | undefined, claimed: ReadonlySet<string>): ReadonlySet<string> {
  return known ? new Set([...known].filter((word) => claimed.has(word))) : claimed;
}

function moodClaim(place: Place, moods: readonly MoodName[]): Claim {
  return { of: 'mood', place: placeKey(place), moods: new Set(moods) };
}

function aboveConfidence(place: Place, minConfidence: number): Claim[] {
  if (minConfidence === 0) return [];
  const limits = { above: minConfidence - 1e-9, below: undefined };
  return [{ of: 'number', place: placeKey(place), attribute: 'confidence', ...limits }];
}

function numberClaims(place: Place, attribute: Attribute, { above, below }: Limits): Claim[] {
  const claim: Claim = { of: 'number', place: placeKey(place), attribute, above, below };
  if (attribute === 'people') return [claim];
  return [claim, moodClaim(place, attribute === 'confidence' ? EMOTIONS : SOMEBODY)];
}

function messageClaims(topic: string, { path, is }: MessageMatch): Claim[] {
  if (!is) return [];
  const word = (value: Json) => (typeof value === 'string' ? value : JSON.stringify(value)).toLowerCase();
  return [{ of: 'message', value: JSON.stringify([topic, path ?? []]), words: new Set(is.map(word)) }];
}

function minutesWhere(isMeant: (minute: number) => boolean): Minutes {
  const minutes = new Uint8Array(WEEK_MINUTES);
  for (let minute = 0; minute < WEEK_MINUTES; minute++) minutes[minute] = isMeant(minute) ? 1 : 0;
  return minutes;
}

/** Undefined when the sun has a say. */
function minutesOfWindow({ after, before, weekdays }: TimeCondition): Minutes | undefined {
  const limit = (moment: Moment | undefined) => (moment && 'secondOfDay' in moment ? moment.secondOfDay : undefined);
  if ((after && 'sun' in after) || (before && 'sun' in before)) return undefined;
  const [from, until] = [limit(after), limit(before)];
  const isInside = (minute: number) => {
    // A minute is inside when any second of it is.
    const begun = from === undefined || minute * 60 + 59 >= from;
    const notOver = until === undefined || minute * 60 < until;
    return from !== undefined && until !== undefined && from > until ? begun || notOver : begun && notOver;
  };
  return minutesWhere((minute) => onDays(minute, weekdays) && isInside(minute % DAY_MINUTES));
}

function minutesOfTimes(
  at: readonly Moment[],
  everyMs: number | undefined,
  weekdays: readonly Weekday[] | undefined,
): Minutes | undefined {
  if (at.some((moment) => 'sun' in moment)) return undefined;
  const times = at.flatMap((moment) => ('secondOfDay' in moment ? [Math.floor(moment.secondOfDay / 60)] : []));
  const isTime = (minute: number) =>
    times.includes(minute) || (everyMs !== undefined && (minute * 60_000) % everyMs < 60_000);
  return minutesWhere((minute) => onDays(minute, weekdays) && isTime(minute % DAY_MINUTES));
}

function onDays(minute: number, weekdays: readonly Weekday[] | undefined): boolean {
  return !weekdays || weekdays.includes(WEEKDAYS[Math.floor(minute / DAY_MINUTES)]!);
}
