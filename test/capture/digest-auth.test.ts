import { describe, expect, it } from 'vitest';
import { answerChallenge } from '../../src/capture/digest-auth.ts';

const url = new URL('http://www.example.org/dir/index.html');
const mufasa = { user: 'Mufasa', password: 'Circle of Life' };
const CNONCE = 'f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ';

describe('answerChallenge', () => {
  // RFC 7616 §3.9.1
  it.each([
    ['MD5', '8ca523f5e9506fed4657c9700eebdbec'],
    ['SHA-256', '753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1'],
  ])("answers the RFC's example with %s", (algorithm, response) => {
    const challenge = `Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm=${algorithm}, nonce="7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v", opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"`;
    const answer = answerChallenge(challenge, url, mufasa, CNONCE);
    expect(answer).toContain(`response="${response}"`);
    expect(answer).toContain('opaque="FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"');
    expect(answer).toContain('uri="/dir/index.html"');
  });

  it('answers as RFC 2069 wants it when there is no qop', () => {
    const answer = answerChallenge('Digest realm="cam", nonce="abc"', url, mufasa);
    expect(answer).not.toContain('qop');
    expect(answer).not.toContain('cnonce');
  });

  it('prefers Digest where both are offered', () => {
    expect(answerChallenge('Basic realm="a", Digest realm="b", nonce="c"', url, mufasa)).toMatch(/^Digest .*realm="b"/);
  });

  it('answers Basic', () => {
    expect(answerChallenge('Basic realm="x"', url, { user: 'a', password: 'ü' })).toBe(
      `Basic ${Buffer.from('a:ü').toString('base64')}`,
    );
  });

  it.each([
    'Bearer realm="x"',
    'Digest realm="x", nonce="y", algorithm=SHA-512',
    'Digest realm="x", nonce="y", qop="auth-int"',
  ])('has no answer to %s', (challenge) => {
    expect(answerChallenge(challenge, url, mufasa)).toBeUndefined();
  });
});
