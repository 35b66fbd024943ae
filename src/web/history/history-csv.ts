import type { HistoryRecord } from '../../history/history-record.ts';

export const CSV_HEAD = 'time,camera,room,mood,confidence,valence,arousal,people,rule,outcome,reason\r\n';

/** A record as a row (RFC 4180); the home has neither camera nor room, and `nobody` is a mood here. */
export function csvRow(record: HistoryRecord): string {
  const at = new Date(record.atMs).toISOString();
  if (record.type === 'rule') {
    const { rule, outcome, reason } = record;
    return row([at, '', '', '', '', '', '', '', rule, outcome, reason]);
  }
  const { camera, room, mood } = record.update;
  const { confidence, valence, arousal, faces } = mood;
  return row([at, camera ?? '', room ?? '', mood.mood ?? 'nobody', confidence, valence, arousal, faces, '', '', '']);
}

function row(cells: readonly (string | number)[]): string {
  return `${cells.map((cell) => (typeof cell === 'number' ? String(cell) : quoted(cell))).join(',')}\r\n`;
}

/** A spreadsheet must not take for a formula what somebody named a room. */
function quoted(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
