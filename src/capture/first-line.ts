/** The first line of what was thrown, for messages of one line. */
export function firstLine(thrown: unknown): string {
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return message.trim().split(/\r?\n/, 1)[0]!;
}
