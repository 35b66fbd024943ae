import { isIPv6 } from 'node:net';

/** Wrong tries that are free, and after how long one of them is forgiven. */
interface Allowance {
  readonly tries: number;
  readonly forgivenEveryMs: number;
}

/** Nobody types a password wrongly more often; at this rate eight letters take longer than a house stands. */
const EACH: Allowance = { tries: 5, forgivenEveryMs: 30_000 };
/** For all addresses together: who has many gets no further. */
const ALL: Allowance = { tries: 50, forgivenEveryMs: 3000 };
/** So many addresses are remembered. */
const MOST_ADDRESSES = 1000;

interface Account {
  failures: number;
  atMs: number;
}

/** Counts wrong passwords, by address and altogether (a leaky bucket each). */
export class LoginLimit {
  readonly #addresses = new Map<string, Account>();
  readonly #all: Account = { failures: 0, atMs: 0 };

  /** How long until the next try is looked at, in ms; 0 when it is now. */
  waitMs(address: string, nowMs: number): number {
    const account = this.#addresses.get(networkOf(address));
    return Math.max(account ? waitOf(account, EACH, nowMs) : 0, waitOf(this.#all, ALL, nowMs));
  }

  failed(address: string, nowMs: number): void {
    const network = networkOf(address);
    const account = this.#addresses.get(network) ?? { failures: 0, atMs: nowMs };
    count(account, EACH, nowMs);
    count(this.#all, ALL, nowMs);
    this.#addresses.delete(network);
    this.#addresses.set(network, account);
    const [oldest] = this.#addresses.keys();
    if (this.#addresses.size > MOST_ADDRESSES && oldest !== undefined) this.#addresses.delete(oldest);
  }
}

function left({ failures, atMs }: Account, { forgivenEveryMs }: Allowance, nowMs: number): number {
  return Math.max(0, failures - (nowMs - atMs) / forgivenEveryMs);
}

function waitOf(account: Account, allowance: Allowance, nowMs: number): number {
  const over = left(account, allowance, nowMs) + 1 - allowance.tries;
  return over > 0 ? Math.ceil(over * allowance.forgivenEveryMs) : 0;
}

function count(account: Account, allowance: Allowance, nowMs: number): void {
  account.failures = left(account, allowance, nowMs) + 1;
  account.atMs = nowMs;
}

/** Who has one IPv6 address has the 2^64 of its network. */
function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  if (!isIPv6(plain)) return plain;
  const [head = '', tail = ''] = plain.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === '' ? [] : tail.split(':');
  const all = plain.includes('::')
    ? [...groups, ...Array<string>(8 - groups.length - after.length).fill('0'), ...after]
    : groups;
  return all.slice(0, 4).join(':');
}
