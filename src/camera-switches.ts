import type { Logger } from 'pino';
import { distinctUntilChanged, map, merge, skip, type Subscription } from 'rxjs';
import { parseSwitch } from './publish/payload.ts';
import type { Publisher } from './publish/publisher.ts';
import { cameraOfEnabledSet, type Topics } from './publish/topics.ts';
import type { StateFile } from './state/state-file.ts';
import type { Watch } from './watch-camera.ts';

/** Cameras are switched by what comes on their topic now; a retained command is an old one. */
export function obeySwitches(
  publisher: Publisher,
  topics: Topics,
  watches: readonly Watch[],
  log: Logger,
): Subscription {
  return publisher.listen(topics.filters.enabledSet).subscribe(({ topic, payload, retained }) => {
    const watch = watches.find(({ name }) => name === cameraOfEnabledSet(topic, topics));
    if (!watch || retained) return;
    const on = parseSwitch(payload);
    if (on === undefined) {
      log.warn({ camera: watch.name }, `${topic}: expected ON or OFF`);
      return;
    }
    log.info({ camera: watch.name }, `${watch.name}: switched ${on ? 'on' : 'off'}`);
    watch.enabled$.next(on);
  });
}

/** Writes each switching down, until unsubscribed. */
export function saveSwitches(watches: readonly Watch[], stateFile: StateFile): Subscription {
  return merge(
    ...watches.map(({ name, enabled$ }) =>
      enabled$.pipe(
        distinctUntilChanged(),
        skip(1),
        map((on) => [name, on] as const),
      ),
    ),
  ).subscribe(([name, on]) => {
    stateFile.change({ enabled: { ...stateFile.state.enabled, [name]: on } });
  });
}
