import { readdir, readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from 'vitest';
import { readRulesFile } from '../../src/config/read-rules.ts';
import type { Mood } from '../../src/mood/mood.ts';
import { LocalClock } from '../../src/rules/local-clock.ts';
import { Rehearser, type Rehearsal } from '../../src/rules/rehearse.ts';
import { demoMoods, slowed } from '../fakes/demo-moods.ts';

const EXAMPLES = new URL('../../config/examples/', import.meta.url);

/** A Monday at six in the evening. */
const EVENING = Date.parse('2026-03-02T18:00:00Z');

async function rulesOf(name: string) {
  const { rules, faults } = await readRulesFile(new URL(name, EXAMPLES).pathname, {});
  expect(faults).toEqual([]);
  return rules;
}

/** Rehearses an example on moods of the home, from a time on. */
async function rehearse(name: string, moods: readonly Mood[]): Promise<Rehearsal> {
  const rehearser = new Rehearser(await rulesOf(name), new LocalClock('UTC'));
  for (const mood of moods) rehearser.see({ camera: null, room: null, mood });
  return rehearser.end();
}

/** Moods as if they began at another time. */
function from(moods: readonly Mood[], startMs: number): Mood[] {
  const shift = startMs - moods[0]!.atMs;
  return moods.map((mood) => ({
    ...mood,
    sinceMs: mood.sinceMs + shift,
    atMs: mood.atMs + shift,
    validUntilMs: mood.validUntilMs + shift,
  }));
}

const fired = ({ firings }: Rehearsal) => [...new Set(firings.map(({ rule }) => rule))].sort();
const done = ({ firings }: Rehearsal, rule: string) =>
  firings.filter((one) => one.rule === rule).flatMap(({ actions }) => actions);

describe('the example rules, on the moods of the demo clip', { timeout: 120_000 }, () => {
  let moods: Mood[];
  /** Two rounds: at the end of the first nobody is there for a while. */
  let twice: Mood[];
  beforeAll(async () => {
    moods = await demoMoods(EVENING);
    twice = [...moods, ...from(moods, moods.at(-1)!.atMs + 1000)];
  }, 120_000);

  it('are good, complete by their schema, and all rehearsed here', async () => {
    const names = (await readdir(EXAMPLES)).filter((name) => name.endsWith('.yaml')).sort();
    expect(names).toEqual(['bedtime.yaml', 'care.yaml', 'lighting.yaml', 'music.yaml', 'visitors.yaml']);
    for (const name of names) {
      const text = await readFile(new URL(name, EXAMPLES), 'utf8');
      expect(text.split('\n')[0]).toBe('# yaml-language-server: $schema=../rules.schema.json');
      expect((await rulesOf(name)).length).toBeGreaterThanOrEqual(1);
    }
  });

  it('shows in the clip what they wait for', () => {
    const names = new Set(moods.map(({ mood }) => mood));
    for (const name of ['happy', 'sad', null] as const) expect([...names]).toContain(name);
  });

  it('lighting', async () => {
    const rehearsal = await rehearse('lighting.yaml', moods);
    expect(fired(rehearsal)).toEqual(['light-bright', 'light-warm']);
    expect(done(rehearsal, 'light-warm')).toContain(
      'zigbee2mqtt/lamp/set {"brightness":110,"color_temp":420,"transition":5}',
    );
    // So slow, nobody is there for more than ten minutes between the two rounds.
    expect(fired(await rehearse('lighting.yaml', slowed(twice, 400)))).toContain('light-off');
  });

  it('music', async () => {
    const rehearsal = await rehearse('music.yaml', moods);
    expect(fired(rehearsal)).toContain('music-for-mood');
    expect(done(rehearsal, 'music-for-mood')).toContain('POST http://music.local/play');
    // At night nothing plays.
    expect(fired(await rehearse('music.yaml', from(moods, EVENING + 5 * 3_600_000)))).toEqual([]);
    expect(fired(await rehearse('music.yaml', slowed(twice, 80)))).toContain('music-pause');
  });

  it('care', async () => {
    expect(fired(await rehearse('care.yaml', moods))).toEqual([]);
    // Slowed so far that the sadness of the clip lasts for long.
    const rehearsal = await rehearse('care.yaml', slowed(from(moods, Date.parse('2026-03-02T09:00:00Z')), 600));
    expect(fired(rehearsal)).toEqual(['care-long-sadness']);
    expect(done(rehearsal, 'care-long-sadness')[0]).toMatch(/^home\/notify\/phone \{"title"/);
  });

  it('bedtime', async () => {
    const late = slowed(from(moods, Date.parse('2026-03-02T22:20:00Z')), 90);
    const rehearsal = await rehearse('bedtime.yaml', late);
    expect(fired(rehearsal)).toContain('bedtime-dim');
    const [dim] = rehearsal.firings.filter(({ rule }) => rule === 'bedtime-dim');
    expect(new Date(dim!.atMs).toISOString()).toBe('2026-03-02T22:30:00.000Z');
    // So slow that the round ends at half past ten, and nobody is there for more than a quarter of an hour.
    const roundMs = moods.at(-1)!.atMs - moods[0]!.atMs;
    const night = slowed(from(twice, Date.parse('2026-03-02T22:30:00Z') - 600 * roundMs), 600);
    expect(fired(await rehearse('bedtime.yaml', night))).toContain('bedtime-night');
  });

  it('visitors', async () => {
    // In the second round somebody comes to a room that has been seen empty.
    const rehearsal = await rehearse('visitors.yaml', slowed(twice, 3));
    expect(fired(rehearsal)).toEqual(['visitors-welcome']);
    expect(done(rehearsal, 'visitors-welcome')).toContain('zigbee2mqtt/hall/set {"state":"ON","brightness":150}');
    expect(fired(await rehearse('visitors.yaml', from(slowed(twice, 3), EVENING - 6 * 3_600_000)))).toEqual([]);
  });
});
