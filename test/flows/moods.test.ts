import { describe, expect, it } from 'vitest';
import { EMOTIONS } from '../../src/vision/emotion.ts';
import { moods } from './node-red-parts.ts';

const { MoodWatch, MOODS, moodTopic, parseMoods } = moods;

/** A mood of second `s` that holds for ten seconds. */
function told(mood: string | null, s: number, { confidence = 0.8, extra = {} } = {}): string {
  const at = new Date(s * 1000).toISOString();
  return JSON.stringify({ mood, confidence, at, valid_until: new Date((s + 10) * 1000).toISOString(), ...extra });
}

function watching(options = {}) {
  const watch = new MoodWatch(options);
  return {
    watch,
    hear: (text: string, s: number, retained = false) => {
      const news = watch.hear(text, { retained, nowMs: s * 1000 });
      return news && [news.previous?.name, news.mood.name, news.changed, news.fresh];
    },
  };
}

describe('the moods of the Node-RED nodes', () => {
  it('are those of moodstat', () => {
    expect(MOODS).toEqual([...EMOTIONS, 'uncertain', 'nobody']);
  });

  it.each([
    ['home/emotion', 'living', 'home/emotion/living'],
    ['home/emotion/', '', 'home/emotion'],
    ['', 'living', 'home/emotion/living'],
  ])('base %j and camera %j stand on %s', (base, camera, topic) => {
    expect(moodTopic(base, camera)).toBe(topic);
  });

  it('are all of them when a list names none', () => {
    expect(parseMoods('')).toEqual(new Set(MOODS));
    expect(parseMoods('sad,nobody')).toEqual(new Set(['sad', 'nobody']));
  });
});

describe('what is news', () => {
  it('tells from which mood to which', () => {
    const { hear } = watching();
    expect(hear(told('neutral', 0), 0)).toEqual([undefined, 'neutral', true, true]);
    expect(hear(told('happy', 1), 1)).toEqual(['neutral', 'happy', true, true]);
    expect(hear(told('happy', 2), 2)).toEqual(['happy', 'happy', false, true]);
    expect(hear(told(null, 3, { confidence: 0 }), 3)).toEqual(['happy', 'nobody', true, true]);
  });

  it('is no report that was heard before, nor an older one', () => {
    const { hear } = watching();
    hear(told('happy', 5), 5);
    expect(hear(told('happy', 5), 6)).toBeUndefined();
    expect(hear(told('sad', 4), 6)).toBeUndefined();
  });

  it('is not fresh when the broker kept it, or when it is stale; the next mood changes from it all the same', () => {
    const { hear } = watching();
    expect(hear(told('happy', 0), 1, true)).toEqual([undefined, 'happy', true, false]);
    expect(hear(told('sad', 2), 2)).toEqual(['happy', 'sad', true, true]);
    expect(hear(told('angry', 3), 20)).toEqual([undefined, 'angry', true, false]);
  });

  it('is no mood of too little confidence', () => {
    const { hear } = watching({ confidence: 0.6 });
    hear(told('neutral', 0), 0);
    expect(hear(told('happy', 1, { confidence: 0.59 }), 1)).toBeUndefined();
    expect(hear(told('happy', 2, { confidence: 0.6 }), 2)).toEqual(['neutral', 'happy', true, true]);
    expect(hear(told(null, 3, { confidence: 0 }), 3)).toEqual(['happy', 'nobody', true, true]);
  });

  it.each(['', '{', '3', 'null', '{}', told('bored', 1), '{"mood":"sad"}'])(
    'is not %j, and no mood holds then',
    (text) => {
      const { watch, hear } = watching();
      hear(told('happy', 0), 0);
      expect(hear(text, 1)).toBeUndefined();
      expect(watch.present(1000)).toBeUndefined();
    },
  );
});

it('a mood holds until it is stale', () => {
  const { watch, hear } = watching();
  expect(watch.present(0)).toBeUndefined();
  hear(told('happy', 0), 0);
  expect(watch.present(9999)?.name).toBe('happy');
  expect(watch.present(10_000)).toBeUndefined();
});
