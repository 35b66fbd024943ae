const MS = { ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** What a duration may look like, for documentation. */
export const DURATION_FORMS = 'seconds, or text such as "500ms", "30s", "5m", "1h30m" or "00:00:30"';

/**
 * A duration in ms: a number counts seconds; text is a number with a unit (`ms`, `s`, `m` or `min`, `h`, `d`), several
 * of them (`1h30m`), or a clock with all three parts (`00:30` is refused: Home Assistant reads it as half an hour, most
 * people as half a minute). Undefined when it is none of these.
 */
export function parseDuration(value: string | number): number | undefined {
  const text = String(value).trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Math.round(Number(text) * 1000);
  return clockMs(text) ?? unitsMs(text);
}

function clockMs(text: string): number | undefined {
  const match = /^(\d{1,3}):([0-5]?\d):([0-5]?\d(?:\.\d{1,3})?)$/.exec(text);
  if (!match) return undefined;
  const [, hours, minutes, seconds] = match;
  return Math.round(Number(hours) * MS.h + Number(minutes) * MS.m + Number(seconds) * MS.s);
}

function unitsMs(text: string): number | undefined {
  if (!/^(\d+(\.\d+)?\s*(ms|s|min|m|h|d)\s*)+$/.test(text)) return undefined;
  let sum = 0;
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d+)?)\s*(ms|min|s|m|h|d)/g)) {
    sum += Number(number) * MS[unit as keyof typeof MS];
  }
  return Math.round(sum);
}

/** The shortest text that `parseDuration` reads back as the same duration. */
export function formatDuration(ms: number): string {
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    if (ms >= MS[unit] && ms % MS[unit] === 0) return `${ms / MS[unit]}${unit}`;
  }
  return ms % 100 === 0 && ms >= MS.s ? `${ms / MS.s}s` : `${ms}ms`;
}
