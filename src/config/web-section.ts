import { isIP } from 'node:net';
import * as z from 'zod';
import { checkedText, duration, integerBetween, numberBetween, optionalSection, text, trueOrFalse } from './fields.ts';
import { isLoopback } from './loopback.ts';

/** Shorter ones are guessed in spite of the limit on tries. */
const MIN_SECRET = 8;

const secret = (name: string) =>
  z
    .string({ error: `expected text (a ${name} that looks like a number needs quotes)` })
    .min(MIN_SECRET, { error: `expected at least ${MIN_SECRET} characters` })
    .optional();

function hostFault(host: string): string | undefined {
  return /^[a-z0-9]([a-z0-9.-]*[a-z0-9])?$/i.test(host)
    ? undefined
    : 'expected the name of a host, such as mood.example.org, without a port';
}

function addressFault(address: string): string | undefined {
  const [ip = '', bits, ...rest] = address.split('/');
  const most = isIP(ip) === 4 ? 32 : 128;
  const sound = isIP(ip) !== 0 && rest.length === 0 && (bits === undefined || (/^\d+$/.test(bits) && +bits <= most));
  return sound ? undefined : 'expected an address or a network, such as 127.0.0.1 or 172.16.0.0/12';
}

const NEEDS_PASSWORD = 'a password is needed; write `password: !secret web_password` beside it';

/** The local page. Whoever can reach it beyond this machine needs a password. */
export const web = optionalSection({
  enabled: trueOrFalse().default(true).meta({ description: 'The local page, with /metrics and /healthz.' }),
  host: text('a host name or address')
    .default('127.0.0.1')
    .meta({ description: 'Where it listens; beyond this machine only with a password.' }),
  port: integerBetween(1, 65_535, 'a port').default(8098),
  password: secret('password').meta({ description: 'For people. Best as `!secret web_password`.' }),
  token: secret('token').meta({
    description: 'For programs, as `Authorization: Bearer …`; the password when left out.',
  }),
  allowed_hosts: z
    .array(checkedText('the name of a host', hostFault), { error: 'expected a list of host names' })
    .default([])
    .meta({ description: 'Names by which the page may be called, beside addresses and this machine’s own name.' }),
  trusted_proxies: z
    .array(checkedText('an address', addressFault), { error: 'expected a list of addresses' })
    .default([])
    .meta({ description: 'Addresses of reverse proxies whose X-Forwarded- headers are believed.' }),
  live_view: trueOrFalse().default(false).meta({
    description: 'Whether the page can show what cameras see, for a while, after a button; needs privacy.frames: live.',
  }),
  live_view_for: duration(10_000, 86_400_000)
    .default(600_000)
    .meta({ description: 'After so long a live view ends by itself.' }),
  live_view_fps: numberBetween(0.1, 30)
    .default(5)
    .meta({ description: 'So many pictures a second are encoded at most, and only while somebody watches.' }),
})
  .refine((value) => !value.enabled || isLoopback(value.host) || hasSecret(value), {
    path: ['host'],
    error: `beyond this machine ${NEEDS_PASSWORD}`,
  })
  .refine((value) => value.allowed_hosts.length === 0 || hasSecret(value), {
    path: ['allowed_hosts'],
    error: `under other names it is called from elsewhere, and ${NEEDS_PASSWORD}`,
  })
  .transform((value) => ({
    enabled: value.enabled,
    host: value.host,
    port: value.port,
    password: value.password,
    token: value.token,
    allowedHosts: value.allowed_hosts.map((host) => host.toLowerCase()),
    trustedProxies: value.trusted_proxies,
    liveView: value.live_view,
    liveViewMs: value.live_view_for,
    liveViewFps: value.live_view_fps,
  }));

function hasSecret({
  password,
  token,
}: {
  readonly password?: string | undefined;
  readonly token?: string | undefined;
}) {
  return password !== undefined || token !== undefined;
}
