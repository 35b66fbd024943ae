import { describe, expect, it } from 'vitest';
import { LoginLimit } from '../../src/web/login-limit.ts';
import { Sessions } from '../../src/web/sessions.ts';

const DAY_MS = 86_400_000;

describe('sessions', () => {
  it('last while somebody comes, and a week beyond', () => {
    const sessions = new Sessions();
    const { id } = sessions.open(true, 0);
    expect(sessions.find(id, 6 * DAY_MS)?.loggedIn).toBe(true);
    expect(sessions.find(id, 12 * DAY_MS)?.id).toBe(id);
    expect(sessions.find(id, 19 * DAY_MS)).toBeUndefined();
  });

  it('are 200 at most: the one that was not seen for the longest time is over first', () => {
    const sessions = new Sessions();
    const ended: string[] = [];
    sessions.ended$.subscribe(({ id }) => ended.push(id));
    const first = sessions.open(true, 0);
    const second = sessions.open(true, 1);
    for (let i = 0; i < 198; i++) sessions.open(false, 2);
    sessions.find(first.id, 3);
    sessions.open(false, 4);
    expect(ended).toEqual([second.id]);
    expect(sessions.find(first.id, 5)).toBe(first);
  });

  it('have names that nobody guesses', () => {
    const sessions = new Sessions();
    expect(sessions.open(true, 0).id).toMatch(/^[\w-]{43}$/);
    expect(sessions.find('', 0)).toBeUndefined();
  });
});

describe('the limit of wrong passwords', () => {
  const wrong = (limit: LoginLimit, address: string, times: number) => {
    for (let i = 0; i < times; i++) limit.failed(address, 0);
  };

  it('is five, and one more each half minute', () => {
    const limit = new LoginLimit();
    wrong(limit, '10.0.0.1', 4);
    expect(limit.waitMs('10.0.0.1', 0)).toBe(0);
    wrong(limit, '10.0.0.1', 1);
    expect(limit.waitMs('10.0.0.1', 0)).toBe(30_000);
    expect(limit.waitMs('10.0.0.1', 29_000)).toBe(1000);
    expect(limit.waitMs('10.0.0.1', 30_000)).toBe(0);
    expect(limit.waitMs('10.0.0.2', 0)).toBe(0);
  });

  it.each([
    ['2001:db8:1:2::1', '2001:db8:1:2:ffff:1:2:3', true],
    ['2001:db8:1:2::1', '2001:db8:1:3::1', false],
    ['2001:db8::1', '2001:db8:0:0:1::', true],
    ['::1', '::2', true],
    ['::ffff:10.0.0.1', '10.0.0.1', true],
    ['::ffff:10.0.0.1', '10.0.0.2', false],
  ])('counts %s and %s together: %j', (one, other, together) => {
    const limit = new LoginLimit();
    wrong(limit, one, 5);
    expect(limit.waitMs(other, 0) > 0).toBe(together);
  });

  it('is fifty for all together, so that many addresses help nobody', () => {
    const limit = new LoginLimit();
    for (let i = 0; i < 50; i++) limit.failed(`10.0.0.${i}`, 0);
    expect(limit.waitMs('10.1.0.0', 0)).toBe(3000);
  });
});
