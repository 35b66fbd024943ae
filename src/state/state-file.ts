import { readFile } from 'node:fs/promises';
import type { Logger } from 'pino';
import { replaceFile } from './replace-file.ts';

/** What must outlive a restart. Grows by optional keys only, so that an older file can always be read. */
export interface SavedState {
  /** Cameras switched off or on over MQTT, by name; a camera not named follows its configuration. */
  readonly enabled: Readonly<Record<string, boolean>>;
  /** Topics under our base that the broker may retain from us. */
  readonly retained?: readonly string[];
}

export const NOTHING_SAVED: SavedState = { enabled: {} };

/** The state while the daemon runs. */
export class StateFile {
  readonly path: string;
  readonly #log: Logger;
  #state: SavedState;
  #writing = Promise.resolve();

  private constructor(path: string, state: SavedState, log: Logger) {
    this.path = path;
    this.#state = state;
    this.#log = log;
  }

  /** Rejects as `readState` does. */
  static async open(path: string, log: Logger): Promise<StateFile> {
    return new StateFile(path, await readState(path), log);
  }

  get state(): SavedState {
    return this.#state;
  }

  /** Replaces some of it and writes all of it down, after what is still being written. */
  change(part: Partial<SavedState>): void {
    const state = { ...this.#state, ...part };
    this.#state = state;
    this.#writing = this.#writing
      .then(() => writeState(this.path, state))
      .catch((err: unknown) => {
        const lost = Object.keys(part).join(', ');
        this.#log.error({ err }, `${this.path}: cannot be written; after a restart this will be forgotten: ${lost}`);
      });
  }

  /** Resolves when all is written. */
  written(): Promise<void> {
    return this.#writing;
  }
}

/**
 * Reads the state of the last run; a file that is not there is an empty state.
 * Throws an `Error` that names the file when it cannot be read or is not ours; nothing is overwritten then.
 */
export async function readState(path: string): Promise<SavedState> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return NOTHING_SAVED;
    throw new Error(`${path}: cannot be read; check its permissions`, { cause });
  }
  try {
    const { enabled, retained } = JSON.parse(text) as { enabled?: unknown; retained?: unknown };
    if (typeof enabled !== 'object' || enabled === null) throw new TypeError('no `enabled`');
    return {
      enabled: Object.fromEntries(Object.entries(enabled).map(([name, on]) => [name, on === true])),
      ...(Array.isArray(retained) ? { retained: retained.filter((topic) => typeof topic === 'string') } : {}),
    };
  } catch (cause) {
    throw new Error(`${path}: not a state file of moodstat; move it away to start without it`, { cause });
  }
}

/** Replaces the file in one step, so that a kill leaves either the old or the new state. */
export async function writeState(path: string, state: SavedState): Promise<void> {
  await replaceFile(path, JSON.stringify(state, null, 2) + '\n');
}
