import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { describe, expect, it } from 'vitest';
import { createTopics } from '../src/publish/topics.ts';
import { removeUnconfigured, retainedTopics } from '../src/retained-topics.ts';
import { StateFile, readState } from '../src/state/state-file.ts';
import { FakePublisher } from './fakes/fake-publisher.ts';

const topics = createTopics('home/emotion');

/** One life of a daemon after the other, with one state file. */
async function lives() {
  const path = join(await mkdtemp(join(tmpdir(), 'moodstat-retained-')), 'state.json');
  return async (own: readonly string[], { online = true } = {}) => {
    const state = await StateFile.open(path, pino({ level: 'silent' }));
    const publisher = new FakePublisher();
    const ended = removeUnconfigured(publisher, state, own);
    if (online) publisher.start();
    await publisher.stop();
    ended();
    await state.written();
    return { removed: publisher.log.map(({ topic }) => topic), remembered: (await readState(path)).retained };
  };
}

const of = (...names: string[]) =>
  retainedTopics(
    topics,
    names.map((name) => ({ name })),
  );

describe('topics that are no longer configured', () => {
  it('are taken off the broker once', async () => {
    const live = await lives();
    expect(await live(of('living', 'door'))).toEqual({ removed: [], remembered: of('living', 'door') });
    const { removed, remembered } = await live(of('living', 'entrance'));
    expect(removed).toEqual(['home/emotion/door', 'home/emotion/door/availability', 'home/emotion/door/enabled/state']);
    expect(remembered).toEqual(of('living', 'entrance'));
    expect((await live(of('living', 'entrance'))).removed).toEqual([]);
  });

  it('are remembered while the broker is away', async () => {
    const live = await lives();
    await live(of('door'));
    await live(of('entrance'), { online: false });
    expect((await live(of('hall'))).removed).toEqual([
      ...['entrance', 'door'].flatMap((name) => of(name).slice(of().length)),
    ]);
    expect((await live(of('hall'))).removed).toEqual([]);
  });

  it('may be those of another base', async () => {
    const live = await lives();
    await live(retainedTopics(createTopics('flat/mood'), [{ name: 'door' }]));
    expect((await live(of('door'))).removed).toContain('flat/mood/bridge/state');
  });
});
