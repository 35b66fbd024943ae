import { getTimes } from 'suncalc';
import { Temporal } from 'temporal-polyfill';
import { type Moment, type Weekday, WEEKDAYS } from './rule.ts';

/** Degrees; north and east are positive. */
export interface Location {
  readonly latitude: number;
  readonly longitude: number;
}

/** The home's time of day. */
export interface LocalTime {
  readonly secondOfDay: number;
  readonly weekday: Weekday;
}

const DAY_MS = 86_400_000;

/** Near a pole the sun may stay up or down for half a year. */
const MAX_DAYS = 370;

/**
 * Times of day in one zone, and the sun at one place. A time that the clocks leave out in spring is as long after
 * midnight as ever (02:30 is 03:30); one that comes twice in autumn is the first (RFC 5545 §3.3.5).
 */
export class LocalClock {
  readonly timeZone: string;
  readonly #location: Location | undefined;
  #last: (LocalTime & { readonly ms: number }) | undefined;

  /** `timeZone` is an IANA name; without a location the sun neither rises nor sets. */
  constructor(timeZone: string, location?: Location) {
    this.timeZone = timeZone;
    this.#location = location;
  }

  local(ms: number): LocalTime {
    // All rules of a step ask for the same time.
    if (this.#last?.ms === ms) return this.#last;
    const time = this.#zoned(ms);
    const secondOfDay = time.hour * 3600 + time.minute * 60 + time.second;
    const local = { ms, secondOfDay, weekday: WEEKDAYS[time.dayOfWeek - 1]! };
    this.#last = local;
    return local;
  }

  /** The second of the local day, `daysLater`, at which a moment comes; undefined on days when it does not. */
  secondOf(moment: Moment, ms: number, daysLater = 0): number | undefined {
    if ('secondOfDay' in moment) return moment.secondOfDay;
    const day = this.#zoned(ms).toPlainDate().add({ days: daysLater });
    const at = this.#at(day, moment);
    return at === undefined ? undefined : Math.floor((at - this.#startOf(day)) / 1000);
  }

  /** The first time after `afterMs` at which one of the moments comes, on these weekdays; undefined when none does. */
  next(moments: readonly Moment[], weekdays: readonly Weekday[] | undefined, afterMs: number): number | undefined {
    // An offset from the sun may lead over midnight, so the day before is looked at too.
    const first = this.#zoned(afterMs).toPlainDate().subtract({ days: 1 });
    for (let days = 0; days < MAX_DAYS; days++) {
      const day = first.add({ days });
      if (weekdays && !weekdays.includes(WEEKDAYS[day.dayOfWeek - 1]!)) continue;
      const times = moments.map((moment) => this.#at(day, moment)).filter((at) => at !== undefined && at > afterMs);
      if (times.length > 0) return Math.min(...(times as number[]));
    }
    return undefined;
  }

  /** The first time after `afterMs` that is a whole number of `everyMs` after a local midnight, on these weekdays. */
  nextEvery(everyMs: number, weekdays: readonly Weekday[] | undefined, afterMs: number): number | undefined {
    const first = this.#zoned(afterMs).toPlainDate();
    for (let days = 0; days <= 7; days++) {
      const day = first.add({ days });
      if (weekdays && !weekdays.includes(WEEKDAYS[day.dayOfWeek - 1]!)) continue;
      const start = this.#startOf(day);
      const at = start + Math.max(0, Math.floor((afterMs - start) / everyMs) + 1) * everyMs;
      if (at < this.#startOf(day.add({ days: 1 }))) return at;
    }
    return undefined;
  }

  #at(day: Temporal.PlainDate, moment: Moment): number | undefined {
    if ('secondOfDay' in moment) {
      const { secondOfDay } = moment;
      const plainTime = new Temporal.PlainTime(
        Math.floor(secondOfDay / 3600),
        Math.floor(secondOfDay / 60) % 60,
        secondOfDay % 60,
      );
      return day.toZonedDateTime({ timeZone: this.timeZone, plainTime }).epochMilliseconds;
    }
    if (!this.#location) return undefined;
    const noonMs = this.#startOf(day) + DAY_MS / 2;
    const at = getTimes(new Date(noonMs), this.#location.latitude, this.#location.longitude)[moment.sun];
    return at ? at.getTime() + moment.offsetMs : undefined;
  }

  #zoned(ms: number): Temporal.ZonedDateTime {
    return Temporal.Instant.fromEpochMilliseconds(Math.floor(ms)).toZonedDateTimeISO(this.timeZone);
  }

  #startOf(day: Temporal.PlainDate): number {
    return day.toZonedDateTime(this.timeZone).epochMilliseconds;
  }
}
