import { expect, test } from 'vitest';
import type { Mood } from '../../src/mood/mood.ts';
import { rulePayload } from '../../src/publish/rule-payload.ts';

test('a trace says which rule, what became of it and why', () => {
  const mood = { mood: 'sad', confidence: 0.123456 } as Mood;
  const trace = { rule: 'comfort-light', atMs: 0, outcome: 'cooldown', trigger: 1, reason: 'until 20:00' } as const;
  expect(JSON.parse(rulePayload({ ...trace, camera: 'living', mood }))).toEqual({
    rule: 'comfort-light',
    outcome: 'cooldown',
    reason: 'until 20:00',
    trigger: 1,
    camera: 'living',
    mood: 'sad',
    confidence: 0.1235,
    at: '1970-01-01T00:00:00.000Z',
  });
});
