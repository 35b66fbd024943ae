import { expect, test } from 'vitest';
import { NO_SCORES } from '../../src/mood/scores.ts';
import { rulePayload } from '../../src/publish/rule-payload.ts';
import type { RuleTrace } from '../../src/rules/rule.ts';

const TRACE: RuleTrace = {
  rule: 'comfort-light',
  atMs: 0,
  outcome: 'condition',
  trigger: 1,
  reason: 'living: sad (0.12): condition 1 (time) does not hold: fri 12:00:00',
  camera: 'living',
  room: null,
  mood: {
    mood: 'sad',
    confidence: 0.123456,
    valence: -0.5,
    arousal: 0,
    faces: 1,
    scores: { ...NO_SCORES, sad: 0.123456 },
    sinceMs: 0,
    atMs: 0,
    validUntilMs: 1000,
  },
  conditions: [{ condition: 'time', holds: false, found: 'fri 12:00:00' }],
};

test('a trace says which rule, what became of it and why, with which mood, and what was before', () => {
  const before: RuleTrace = { ...TRACE, outcome: 'fired', reason: 'before', mood: null };
  expect(JSON.parse(rulePayload(TRACE, [before]))).toEqual({
    rule: 'comfort-light',
    outcome: 'condition',
    reason: 'living: sad (0.12): condition 1 (time) does not hold: fri 12:00:00',
    trigger: 1,
    camera: 'living',
    room: null,
    mood: 'sad',
    confidence: 0.1235,
    seen: {
      mood: 'sad',
      confidence: 0.1235,
      valence: -0.5,
      arousal: 0,
      faces: 1,
      scores: { ...NO_SCORES, sad: 0.1235 },
      since: '1970-01-01T00:00:00.000Z',
      at: '1970-01-01T00:00:00.000Z',
      valid_until: '1970-01-01T00:00:01.000Z',
    },
    conditions: [{ condition: 'time', holds: false, found: 'fri 12:00:00' }],
    at: '1970-01-01T00:00:00.000Z',
    last: [{ at: '1970-01-01T00:00:00.000Z', outcome: 'fired', reason: 'before' }],
  });
});

test('a trace that no mood decided says so', () => {
  expect(JSON.parse(rulePayload({ ...TRACE, mood: null, camera: null }))).toMatchObject({
    mood: null,
    confidence: null,
    seen: null,
    last: [],
  });
});
