import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import { configSchema } from '../../src/config/schema.ts';
import { editConfig, editSecrets, secretNames } from '../../src/web/setup/edit-config.ts';
import { maskSecrets, showChanges } from '../../src/web/setup/show-config.ts';
import { setupChanges, type SetupChanges } from '../../src/web/setup/setup-changes.ts';

const SHIPPED = readFileSync(new URL('../../config/moodstat.yaml', import.meta.url), 'utf8');

const edit = (text: string, changes: SetupChanges, taken: readonly string[] = []) =>
  editConfig(text, changes, new Set(taken));

describe('editConfig', () => {
  it('leaves the shipped file as it is when nothing changes', () => {
    expect(edit(SHIPPED, {}).text).toBe(SHIPPED);
  });

  it('puts new sections where people look for them, and keeps every comment', () => {
    const { text, secrets } = edit(SHIPPED, {
      broker: { url: 'mqtt://broker.local:1883', username: 'me', password: 'hunter2' },
      cameras: [
        { name: 'living', source: 'rtsp://u:p@192.168.1.20/s', room: 'Living room' },
        { name: 'door', source: '/dev/video0' },
      ],
      history: true,
    });
    const added = text.split('\n').filter((line) => !SHIPPED.split('\n').includes(line));
    expect(added).toEqual([
      'mqtt:',
      '  url: mqtt://broker.local:1883',
      '  username: me',
      '  password: !secret mqtt_password',
      'cameras:',
      '  living:',
      '    source: !secret living_source',
      '    room: Living room',
      '  door:',
      '    source: /dev/video0',
      'history:',
      '  enabled: true',
    ]);
    for (const line of SHIPPED.split('\n')) expect(text).toContain(line);
    expect([...secrets]).toEqual([
      ['mqtt_password', 'hunter2'],
      ['living_source', 'rtsp://u:p@192.168.1.20/s'],
    ]);
    expect(text).not.toMatch(/hunter2|u:p@/);
  });

  const WRITTEN = `# mine
version: 1
mqtt:
  url: mqtt://old # where
  username: me
  password: !secret word
cameras:
  living:
    source: !secret eye # by the window
    fps: 2
  door: { source: /dev/video0 } # no room yet
`;

  it('changes values in their place, with their comments, and uses the names of secrets that are there', () => {
    const { text, secrets } = edit(WRITTEN, {
      broker: { url: 'mqtt://new', password: 'x' },
      cameras: [
        { name: 'living', source: 'http://cam/s?pwd=1' },
        { name: 'door', room: 'Hall' },
      ],
    });
    expect(text).toBe(
      WRITTEN.replace('mqtt://old', 'mqtt://new').replace('source: /dev/video0 }', 'source: /dev/video0, room: Hall }'),
    );
    expect([...secrets]).toEqual([
      ['word', 'x'],
      ['eye', 'http://cam/s?pwd=1'],
    ]);
  });

  it('takes out what is no longer wanted', () => {
    expect(edit(WRITTEN, { cameras: [{ name: 'door' }] }).text).not.toMatch(/living|eye/);
    expect(edit(WRITTEN, { cameras: [] }).text).not.toContain('cameras');
    expect(edit(WRITTEN, { broker: { embedded: true } }).text).not.toContain('mqtt');
    expect(edit(WRITTEN, { broker: { username: null } }).text).not.toMatch(/username|password/);
    expect(edit('history: { enabled: true, keep: 3 }\n', { history: false }).text).toBe('history: { keep: 3 }\n');
  });

  it('does not overwrite another secret of the same name', () => {
    const { text, secrets } = edit('version: 1\n', { broker: { url: 'mqtt://a', username: 'b', password: 'c' } }, [
      'mqtt_password',
    ]);
    expect(text).toContain('password: !secret mqtt_password_2');
    expect([...secrets.keys()]).toEqual(['mqtt_password_2']);
  });

  it.each(['', '# nothing\n', 'version: 1\ncameras:\n', 'version: 1\nmqtt:\n', '{ version: 1 }\n', '{}'])(
    'makes of %j what the daemon takes',
    (text) => {
      const { text: made } = edit(text, {
        broker: { url: 'mqtt://a', username: null },
        cameras: [{ name: 'a', source: 'demo', room: 'R: #1' }],
      });
      const written = configSchema.parse(parseDocument(made).toJS() ?? undefined);
      expect(written.mqtt.url).toBe('mqtt://a');
      expect(written.cameras['a']).toMatchObject({ room: 'R: #1', source: { kind: 'demo' } });
    },
  );

  it('throws at what it would spoil', () => {
    const alias = 'cameras: { a: &cam { source: demo }, b: *cam }\n';
    expect(edit(alias, { cameras: [{ name: 'a' }, { name: 'b' }] }).text).toBe(alias);
    expect(() => edit(alias, { cameras: [{ name: 'a' }, { name: 'b', room: 'R' }] })).toThrow('cameras.b stands for');
  });

  it('throws at what is no YAML, and touches nothing', () => {
    expect(() => edit('a: [', { history: true })).toThrow();
  });

  it('brings back any text that was typed, whatever YAML would make of it', () => {
    const word = fc
      .string({ minLength: 1, maxLength: 40 })
      .filter((text) => /\S/.test(text) && setupChanges.safeParse({ cameras: [{ name: 'a', room: text }] }).success);
    fc.assert(
      fc.property(word, word, (room, username) => {
        const { text } = edit(SHIPPED, {
          broker: { url: 'mqtt://a', username },
          cameras: [{ name: 'a', source: 'demo', room }],
        });
        const data = parseDocument(text).toJS() as { mqtt: { username: string }; cameras: { a: { room: string } } };
        expect([data.cameras.a.room, data.mqtt.username]).toEqual([room, username]);
      }),
      { numRuns: 60 },
    );
  });
});

describe('editSecrets', () => {
  it('keeps the others, and brings back any secret', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), (value) => {
        const text = editSecrets('# mine\nother: 0123 # four digits\n', new Map([['word', value]]));
        expect(text).toContain('# mine\nother: 0123 # four digits\n');
        expect(parseDocument(text, { schema: 'failsafe' }).get('word')).toBe(value);
        expect(secretNames(text)).toEqual(new Set(['other', 'word']));
      }),
      { numRuns: 60 },
    );
    expect(editSecrets('', new Map([['a', '1']]))).toMatch(/^# .*\na: "1"\n$/s);
    expect(secretNames('')).toEqual(new Set());
  });
});

describe('what is shown of a configuration', () => {
  it('has no secret that is written out, and all that only names one', () => {
    const text = `mqtt: { url: "mqtt://u:hidden1@b?x=hidden2", username: me, password: hidden3 }
cameras:
  a: { source: rtsp://u:hidden4@host:554/s?pwd=hidden5, http: { headers: { X: hidden6 } } }
  b: { source: "rtsp://u:\${CAMERA}@host/s" } # rtsp://u:hidden7@host
web: { password: &p hidden8, token: *p }
`;
    const shown = maskSecrets(text);
    expect(shown).not.toMatch(/hidden\d/);
    expect(shown).toContain('rtsp://***@host:554/s?***');
    expect(shown).toContain('u:${CAMERA}@host/s');
    const named = 'mqtt: { password: !secret word }\nweb: { password: "${WEB}" }\n';
    expect(maskSecrets(named)).toBe(named);
    expect(maskSecrets(SHIPPED)).toBe(SHIPPED);
  });

  it('is what changes, with some lines around', () => {
    const before = 'a\nb\nc\nd\ne\nf\ng\nh\n';
    const lines = showChanges(before, before.replace('f\n', 'F\nG\n'));
    expect(lines.map((line) => (line ? `${line.kind[0]} ${line.text}` : null))).toEqual([
      null,
      's c',
      's d',
      's e',
      'r f',
      'a F',
      'a G',
      's g',
      's h',
    ]);
  });

  it('turns the old text into the new one', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const lines = showChanges(before, after);
        if (lines.includes(null)) return;
        const side = (without: string) =>
          lines.flatMap((line) => (line && line.kind !== without ? [line.text] : [])).join('\n');
        if (before !== after)
          expect([side('added'), side('removed')]).toEqual([before.replace(/\n$/, ''), after.replace(/\n$/, '')]);
      }),
    );
  });
});

describe('what a page may ask for', () => {
  it.each([
    ['a path', { cameras: [{ name: 'a', source: '/etc/passwd' }] }],
    ['a folder', { cameras: [{ name: 'a', source: '../pictures' }] }],
    ['another scheme', { cameras: [{ name: 'a', source: 'file:///etc/passwd' }] }],
    ['a name with a slash', { cameras: [{ name: 'a/b' }] }],
    ['two cameras of one name', { cameras: [{ name: 'a' }, { name: 'a' }] }],
    ['a line break', { broker: { url: 'mqtt://a\nb' } }],
  ])('is not %s', (_, changes) => {
    expect(setupChanges.safeParse(changes).success).toBe(false);
  });
});
