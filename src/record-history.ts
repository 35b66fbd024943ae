import type { Logger } from 'pino';
import type { MoodstatConfig } from './config/resolve-config.ts';
import { historyFile } from './history/history-files.ts';
import { HistoryWriter } from './history/history-writer.ts';

/** The writer of the history; undefined unless it is switched on. What keeps it from writing is logged. */
export function openHistory(config: MoodstatConfig, stateFile: string, log: Logger): HistoryWriter | undefined {
  const { enabled, ...limits } = config.history;
  if (!enabled) return undefined;
  const file = historyFile(config.history.file, stateFile);
  return new HistoryWriter(
    { ...limits, file },
    {
      onFault: (reason) => {
        log.error({ file }, `${file}: the history is not written: ${reason}`);
      },
      onRecovered: (lost) => {
        log.warn({ file }, `${file}: the history is written again; ${lost} records are lost`);
      },
    },
  );
}
