import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactUrls } from '../../src/capture/redact-url.ts';

describe('redactUrls', () => {
  it.each([
    ['rtsp://admin:secret@10.0.0.3:554/stream', 'rtsp://***@10.0.0.3:554/stream'],
    ['rtsp://admin@10.0.0.3/', 'rtsp://***@10.0.0.3/'],
    ['https://u:p@ss@cam.local', 'https://***@cam.local'],
    ['open rtsp://a:b@c/d and http://e:f@g/h', 'open rtsp://***@c/d and http://***@g/h'],
    ['rtsp://10.0.0.3/users/me@home', 'rtsp://10.0.0.3/users/me@home'],
    ['http://cam/?to=me@home', 'http://cam/?to=me@home'],
    ['/media/clip@home.mkv', '/media/clip@home.mkv'],
  ])('%s becomes %s', (text, redacted) => {
    expect(redactUrls(text)).toBe(redacted);
  });

  it('leaves no password that a URL may hold', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9!$&'()*+,;=:%@._~-]{5,20}$/), (password) => {
        expect(redactUrls(`x rtsp://user:${password}@host/path y`)).toBe('x rtsp://***@host/path y');
      }),
    );
  });
});
