import fc from 'fast-check';
import { expect, test } from 'vitest';
import { filterMatches } from '../../src/publish/topic-filter.ts';

// The examples of MQTT 5 §4.7.1 and §4.7.2, among others.
test.each([
  ['sport/tennis/player1/#', 'sport/tennis/player1', true],
  ['sport/tennis/player1/#', 'sport/tennis/player1/ranking', true],
  ['sport/tennis/player1/#', 'sport/tennis/player1/score/wimbledon', true],
  ['sport/#', 'sport', true],
  ['#', 'a/b', true],
  ['sport/tennis/+', 'sport/tennis/player1', true],
  ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
  ['sport/+', 'sport', false],
  ['sport/+', 'sport/', true],
  ['+/+', '/finance', true],
  ['/+', '/finance', true],
  ['+', '/finance', false],
  ['#', '$SYS/broker', false],
  ['+/monitor/Clients', '$SYS/monitor/Clients', false],
  ['$SYS/#', '$SYS/', true],
  ['$SYS/monitor/+', '$SYS/monitor/Clients', true],
  ['a/b', 'a/b', true],
  ['a/b', 'a/b/c', false],
  ['a/b/c', 'a/b', false],
  ['A', 'a', false],
])('%s on %s: %s', (filter, topic, matches) => {
  expect(filterMatches(filter, topic)).toBe(matches);
});

const levels = fc.array(fc.stringMatching(/^[a-z]{0,3}$/), { minLength: 1, maxLength: 5 });

test('a topic with levels widened to + or cut off by # still matches', () => {
  fc.assert(
    fc.property(levels, fc.infiniteStream(fc.boolean()), fc.nat(5), (topic, widen, keep) => {
      const widened = topic.map((level) => (widen.next().value ? '+' : level));
      expect(filterMatches(widened.join('/'), topic.join('/'))).toBe(true);
      expect(filterMatches([...widened.slice(0, keep), '#'].join('/'), topic.join('/'))).toBe(true);
      expect(filterMatches([...widened, 'x'].join('/'), topic.join('/'))).toBe(false);
    }),
  );
});
