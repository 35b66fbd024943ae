import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StateDelivery } from '../../src/publish/state-delivery.ts';

test('sends in the order of offering, each topic once', () => {
  const delivery = new StateDelivery(10);
  for (const topic of ['a', 'b', 'a', 'c']) delivery.offer(topic);
  expect([delivery.next(), delivery.next(), delivery.next(), delivery.next()]).toEqual(['a', 'b', 'c', undefined]);
});

test('holds a newer state back until the older one is settled, and lets others pass', () => {
  const delivery = new StateDelivery(10);
  delivery.offer('a');
  expect(delivery.next()).toBe('a');
  delivery.offer('a');
  delivery.offer('b');
  expect(delivery.next()).toBe('b');
  expect(delivery.next()).toBeUndefined();
  expect(delivery.settled('a')).toBe(false);
  expect(delivery.next()).toBe('a');
  expect(delivery.settled('a')).toBe(true);
});

test('is never above its window, never has a topic twice in flight, and gets everything out in the end', () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ act: fc.constant('offer' as const), topic: fc.constantFrom('a', 'b', 'c', 'd', 'e') }),
      fc.record({ act: fc.constant('next' as const) }),
      fc.record({ act: fc.constant('settle' as const), index: fc.nat(4) }),
    ),
    { maxLength: 200 },
  );
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 4 }), steps, (window, history) => {
      const delivery = new StateDelivery(window);
      const inFlight: string[] = [];
      const owed = new Set<string>();
      const advance = () => {
        const topic = delivery.next();
        if (topic === undefined) return false;
        expect(inFlight).not.toContain(topic);
        inFlight.push(topic);
        owed.delete(topic);
        expect(inFlight.length).toBeLessThanOrEqual(window);
        return true;
      };
      for (const step of history) {
        if (step.act === 'offer') {
          delivery.offer(step.topic);
          owed.add(step.topic);
        } else if (step.act === 'next') advance();
        else for (const topic of inFlight.splice(step.index % Math.max(1, inFlight.length), 1)) delivery.settled(topic);
      }
      while (!delivery.idle) if (!advance()) delivery.settled(inFlight.shift()!);
      expect(owed.size).toBe(0);
    }),
  );
});
