import { REMOVE_RETAINED } from './publish/payload.ts';
import type { Publisher } from './publish/publisher.ts';
import { type Topics, retainedOfCamera } from './publish/topics.ts';
import type { StateFile } from './state/state-file.ts';

/** Every topic under our base on which the broker retains something from us. */
export function retainedTopics(topics: Topics, cameras: readonly { readonly name: string }[]): string[] {
  const { home, bridgeState, bridgeInfo, bridgeHealth } = topics;
  return [
    home,
    bridgeState,
    bridgeInfo,
    bridgeHealth,
    ...cameras.flatMap(({ name }) => retainedOfCamera(topics, name)),
  ];
}

/**
 * Takes off the broker what an earlier run left there and this one does not publish: topics of cameras that were
 * renamed or removed, or of another base topic. Such topics are remembered until a run has ended in touch with the
 * broker; the function that comes back is to be called when this one has.
 */
export function removeUnconfigured(publisher: Publisher, stateFile: StateFile, own: readonly string[]): () => void {
  const earlier = stateFile.state.retained ?? [];
  const stale = earlier.filter((topic) => !own.includes(topic));
  for (const topic of stale) publisher.publishState({ topic, payload: REMOVE_RETAINED });
  if (own.some((topic) => !earlier.includes(topic))) stateFile.change({ retained: [...own, ...stale] });
  let inTouch = false;
  const watching = publisher.connection$.subscribe(({ state }) => {
    if (state !== 'stopped') inTouch = state === 'online';
  });
  return () => {
    watching.unsubscribe();
    if (inTouch && stale.length > 0) stateFile.change({ retained: own });
  };
}
