import { describe, expect, it } from 'vitest';
import { BufferPool } from '../../src/vision/buffer-pool.ts';

describe('BufferPool', () => {
  it('gives a buffer again only once it was given back, and only for its length', () => {
    const pool = new BufferPool();
    const first = pool.take(8);
    const second = pool.take(8);
    expect(second).not.toBe(first);
    pool.give(first);
    expect(pool.take(4)).toHaveLength(4);
    expect(pool.take(8)).toBe(first);
    expect(pool.take(8)).not.toBe(first);
  });

  it('keeps a handful at rest, and forgets the oldest', () => {
    const pool = new BufferPool();
    const many = Array.from({ length: 10 }, () => pool.take(8));
    for (const buffer of many) pool.give(buffer);
    const again = Array.from({ length: 10 }, () => pool.take(8)).filter((buffer) => many.includes(buffer));
    expect(again).toEqual(many.slice(-4));
    expect(again[0]).toBe(many[6]);
  });
});
