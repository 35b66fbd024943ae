import type { Logger } from 'pino';
import { type Observable, of } from 'rxjs';
import type { MoodstatConfig } from './config/resolve-config.ts';
import type { MoodUpdate } from './mood/mood.ts';
import type { Publisher } from './publish/publisher.ts';
import type { RunningRules } from './run-rules.ts';
import type { Watch } from './watch-camera.ts';
import { readPageFiles } from './web/page-files.ts';
import { startWeb, type Web } from './web/start-web.ts';
import { type HomeSources, watchHome } from './web/watch-home.ts';

export interface ServePageOptions extends Pick<HomeSources, 'version' | 'startedAtMs' | 'firings$'> {
  readonly config: MoodstatConfig;
  readonly watches: readonly Watch[];
  readonly moods$: Observable<MoodUpdate>;
  readonly publisher: Publisher;
  readonly rules: Pick<RunningRules, 'inForce' | 'faults' | 'reloaded$'>;
  readonly log: Logger;
}

/** Serves the page with what the daemon knows; undefined when it is switched off. */
export async function servePage(options: ServePageOptions): Promise<Web | undefined> {
  const { config, watches, publisher, rules, log } = options;
  if (!config.web.enabled) return undefined;
  const home = watchHome({
    ...options,
    cameras: watches,
    connection$: publisher.connection$,
    rules: () => ({ loaded: rules.inForce().length, faults: rules.faults() }),
    rulesChanged$: rules.reloaded$,
    privacy: { frames: config.privacy.frames, liveView: config.web.liveView },
    watched$: of([]),
    now: Date.now,
  });
  const cameras = watches.map(({ name, enabled$ }) => ({
    name,
    switch: (on: boolean) => {
      log.info({ camera: name }, `${name}: switched ${on ? 'on' : 'off'} on the page`);
      enabled$.next(on);
    },
  }));
  return startWeb({ settings: config.web, files: await readPageFiles(), home, cameras, log, now: Date.now });
}
