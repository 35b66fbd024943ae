import type { Logger } from 'pino';
import type { MoodstatConfig } from './config/resolve-config.ts';
import { HistoryWriter } from './history/history-writer.ts';

/** Where the history lies: where the configuration says, else beside the state file, one a daemon. */
export function historyFile({ history }: MoodstatConfig, stateFile: string): string {
  return history.file ?? `${stateFile.replace(/\.json$/, '')}.history.ndjson`;
}

/** The writer of the history; undefined unless it is switched on. What keeps it from writing is logged. */
export function openHistory(config: MoodstatConfig, stateFile: string, log: Logger): HistoryWriter | undefined {
  const { enabled, ...limits } = config.history;
  if (!enabled) return undefined;
  const file = historyFile(config, stateFile);
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
