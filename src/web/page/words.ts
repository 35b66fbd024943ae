/** What is said about numbers and times; pure, and in the reader's own zone. */

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
/** What is younger has no age. */
export const JUST_NOW_MS = 8000;

/** `just now`, `20 s ago`, `5 min ago`, `3 h ago`, `2 days ago`: no finer than anybody cares. */
export function ago(ms: number): string {
  if (ms < JUST_NOW_MS) return 'just now';
  return `${lasting(ms)} ago`;
}

/** `20 s`, `5 min`, `3 h`, `2 days`. */
export function lasting(ms: number): string {
  if (ms < MINUTE_MS) return `${Math.max(1, Math.floor(ms / 1000))} s`;
  if (ms < 90 * MINUTE_MS) return `${Math.floor(ms / MINUTE_MS)} min`;
  if (ms < 2 * DAY_MS) return `${Math.floor(ms / HOUR_MS)} h`;
  return `${Math.floor(ms / DAY_MS)} days`;
}

/** `14:03` today, `Mon 14:03` within the week, `3 Nov 14:03` before. */
export function moment(ms: number, nowMs: number): string {
  const at = new Date(ms);
  const time = at.toLocaleTimeString('en-GB', { hour: '2-digit', minute: '2-digit' });
  if (at.toDateString() === new Date(nowMs).toDateString()) return time;
  if (Math.abs(nowMs - ms) < 6 * DAY_MS) return `${at.toLocaleDateString('en-GB', { weekday: 'short' })} ${time}`;
  return `${at.toLocaleDateString('en-GB', { day: 'numeric', month: 'short' })} ${time}`;
}

/** `14:03:22`. */
export function clockTime(ms: number): string {
  return new Date(ms).toLocaleTimeString('en-GB');
}

/** `83 %`. */
export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

/** How sure a mood is, for who does not read numbers. */
export function sureness(confidence: number): string {
  if (confidence >= 0.9) return 'very sure';
  if (confidence >= 0.7) return 'sure';
  if (confidence >= 0.5) return 'fairly sure';
  return 'hardly sure';
}

export function people(count: number): string {
  if (count === 0) return 'nobody';
  return count === 1 ? 'one person' : `${count} people`;
}

/** `−0.40`, with a real minus, for columns. */
export function signed(value: number): string {
  return (value < 0 ? '−' : value > 0 ? '+' : '') + Math.abs(value).toFixed(2);
}

/** Where on the plane of valence and arousal: `pleasant, lively`. */
export function feeling(valence: number, arousal: number): string {
  const pleasant = valence > 0.15 ? 'pleasant' : valence < -0.15 ? 'unpleasant' : 'even';
  const lively = arousal > 0.4 ? 'lively' : arousal > 0.15 ? 'awake' : 'at rest';
  return `${pleasant}, ${lively}`;
}
