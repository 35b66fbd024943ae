import { isIPv4 } from 'node:net';

/** Whether who listens at this address is heard on this machine only. `127.evil.example` is a name like any other. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIPv4(host) && host.startsWith('127.'));
}
