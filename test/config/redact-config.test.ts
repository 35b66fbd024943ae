import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { redactConfig, redactUrl } from '../../src/config/redact-config.ts';
import { resolveConfig } from '../../src/config/resolve-config.ts';
import { configSchema } from '../../src/config/schema.ts';

describe('redactUrl', () => {
  it.each([
    ['rtsp://user:pw@10.0.0.2:554/h264?channel=1', 'rtsp://10.0.0.2:554/***'],
    ['http://10.0.0.2/snap.cgi?usr=a&pwd=b', 'http://10.0.0.2/***'],
    ['rtsp://10.0.0.2/user=admin_password=x', 'rtsp://10.0.0.2/***'],
    ['mqtts://user:pw@broker', 'mqtts://broker'],
    ['mqtt://broker:1883', 'mqtt://broker:1883'],
    ['not://a valid:address', '***'],
    ['/dev/video0', '/dev/video0'],
    ['demo', 'demo'],
  ])('makes %s %s', (url, redacted) => {
    expect(redactUrl(url)).toBe(redacted);
  });
});

describe('redactConfig', () => {
  it('lets no secret through, whatever it is and wherever it stands', () => {
    const secret = fc.stringMatching(/^[a-zA-Z0-9]{12,20}$/);
    fc.assert(
      fc.property(secret, (word) => {
        const written = configSchema.parse({
          mqtt: { url: `mqtt://user:${word}@host`, username: word, password: word },
          web: { password: word, token: word },
          cameras: {
            a: { source: `rtsp://user:${word}@host/path?token=${word}`, http: { headers: { Authorization: word } } },
            b: { source: `http://host/${word}`, ffmpeg: { input_args: `-headers ${word} -user:v ${word}` } },
          },
        });
        const config = resolveConfig(written, 'moodstat.yaml', { ca: word, rules: [] });
        expect(JSON.stringify(config)).toContain(word);
        expect(JSON.stringify(redactConfig(config))).not.toContain(word);
      }),
    );
  });

  it('keeps what is no secret', () => {
    const config = resolveConfig(configSchema.parse({}), 'moodstat.yaml', { ca: undefined, rules: ['rules.yaml'] });
    expect(redactConfig(config)).toEqual(config);
  });
});
