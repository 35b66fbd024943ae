import { describe, expect, it } from 'vitest';
import type { MoodPayload } from '../../../src/web/home-state.ts';
import { wordsOfCamera, wordsOfMood } from '../../../src/web/page/mood-words.ts';
import { ago, feeling, lasting, moment, people, percent, signed, sureness } from '../../../src/web/page/words.ts';

const NOW = Date.UTC(2026, 0, 31, 18, 4, 5);
const iso = (ms: number) => new Date(ms).toISOString();

function mood(more: Partial<MoodPayload> = {}): MoodPayload {
  const scores = { angry: 0, disgust: 0, fear: 0, happy: 0.83, sad: 0, surprise: 0, neutral: 0.17 };
  return {
    ...{ mood: 'happy', confidence: 0.83, valence: 0.6, arousal: 0.4, faces: 1, scores },
    ...{ since: iso(NOW - 300_000), at: iso(NOW - 1000), valid_until: iso(NOW + 14_000) },
    ...more,
  };
}

describe('words', () => {
  it.each([
    [0, 'just now'],
    [7999, 'just now'],
    [20_500, '20 s ago'],
    [300_000, '5 min ago'],
    [89 * 60_000, '89 min ago'],
    [5 * 3_600_000, '5 h ago'],
    [3 * 86_400_000, '3 days ago'],
  ])('%d ms are %s', (ms, words) => {
    expect(ago(ms)).toBe(words);
  });

  it('say durations, shares, numbers and counts', () => {
    expect([lasting(400), percent(0.834), signed(-0.4), signed(0.25), signed(0)]).toEqual([
      '1 s',
      '83 %',
      '−0.40',
      '+0.25',
      '0.00',
    ]);
    expect([0, 1, 2].map(people)).toEqual(['nobody', 'one person', '2 people']);
    expect([0.95, 0.75, 0.5, 0.2].map(sureness)).toEqual(['very sure', 'sure', 'fairly sure', 'hardly sure']);
    expect(feeling(0.6, 0.5)).toBe('pleasant, lively');
    expect(feeling(0, 0)).toBe('even, at rest');
  });

  it('name the day only when it is another one', () => {
    const at = new Date(2026, 0, 31, 14, 3).getTime();
    const day = 86_400_000;
    expect(moment(at, at + 60_000)).toBe('14:03');
    expect(moment(at - day, at)).toBe('Fri 14:03');
    expect(moment(at - 20 * day, at)).toBe('11 Jan 14:03');
  });
});

describe('a mood in words', () => {
  it('is told apart, stale, uncertain, absent or missing', () => {
    const words = (payload: MoodPayload | null) => {
      const { look, stale, name, said, when } = wordsOfMood(payload, NOW);
      return [look, stale, name, said, when];
    };
    expect(words(mood())).toEqual(['happy', false, 'Happy', 'sure (83 %), one person', 'for 5 min']);
    expect(words(mood({ valid_until: iso(NOW - 1) }))).toEqual(['happy', true, 'No news', 'last: happy', 'just now']);
    expect(words(mood({ mood: 'uncertain', faces: 2 }))).toEqual([
      'uncertain',
      false,
      'Uncertain',
      '2 people, and no telling',
      'for 5 min',
    ]);
    expect(words(mood({ mood: null, faces: 0 }))).toEqual([
      'nobody',
      false,
      'Nobody here',
      'nobody can be seen',
      'for 5 min',
    ]);
    expect(words(null)).toEqual(['unknown', false, 'No mood', 'nothing was seen yet', '']);
  });

  it('is none of a camera that is off or away', () => {
    const camera = { name: 'a', room: null, fps: 0, watched: false, mood: mood() };
    expect(wordsOfCamera({ ...camera, enabled: false, status: 'off' }, NOW).name).toBe('Switched off');
    expect(wordsOfCamera({ ...camera, enabled: true, status: 'offline' }, NOW)).toMatchObject({
      ...{ name: 'Gives no picture', look: 'unknown', when: 'last just now' },
    });
    expect(wordsOfCamera({ ...camera, enabled: true, status: 'online' }, NOW).name).toBe('Happy');
  });
});
