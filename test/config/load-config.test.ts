import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, formatFault } from '../../src/config/fault.ts';
import { checkConfig, loadConfig } from '../../src/config/load-config.ts';
import { readAsIf } from '../../src/config/read-text.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'moodstat-config-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

async function write(files: Readonly<Record<string, string>>): Promise<string> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
  return path.join(folder, 'moodstat.yaml');
}

const load = (file: string, env: Record<string, string> = {}) =>
  loadConfig(file, env, path.join(folder, 'run-secrets'));
const check = async (file: string, env: Record<string, string> = {}) =>
  (await checkConfig(file, env, path.join(folder, 'run-secrets'))).map((fault) =>
    formatFault({ ...fault, file: path.relative(folder, fault.file) }),
  );

describe('loadConfig', () => {
  it.each([
    ['an empty file', ''],
    ['only comments', '# nothing\n'],
    ['empty sections', 'version: 1\nmqtt:\nbroker:\ncameras:\nvision:\nmood:\nlog:\n'],
  ])('plays the demo on the embedded broker with %s', async (_, text) => {
    const { config, rules, faults } = await load(await write({ 'moodstat.yaml': text }));
    expect(faults).toEqual([]);
    expect(rules).toEqual([]);
    expect(config.broker).toEqual({ enabled: true, host: '127.0.0.1', port: 1883 });
    expect(config.mqtt).toMatchObject({ url: 'mqtt://127.0.0.1:1883', baseTopic: 'home/emotion', keepaliveS: 60 });
    expect(config.cameras).toMatchObject([{ name: 'demo', source: { kind: 'demo' }, fps: 5, widthPx: 640 }]);
    expect(config.vision.inputSize).toEqual({ width: 320, height: 256 });
    expect(config.mood).toMatchObject({ halfLifeMs: 1000, validForMs: 15_000 });
  });

  it('leaves the embedded broker out where there is another one', async () => {
    const { config } = await load(await write({ 'moodstat.yaml': 'mqtt: { url: "mqtt://10.0.0.2" }' }));
    expect(config.broker.enabled).toBe(false);
    expect(config.mqtt.url).toBe('mqtt://10.0.0.2');
  });

  it.each([
    ['0.0.0.0', 'mqtt://127.0.0.1:1884'],
    ['"::1"', 'mqtt://[::1]:1884'],
    ['192.168.1.2', 'mqtt://192.168.1.2:1884'],
  ])('reaches an embedded broker that listens on %s at %s', async (host, url) => {
    const { config } = await load(await write({ 'moodstat.yaml': `broker: { host: ${host}, port: 1884 }` }));
    expect(config.mqtt.url).toBe(url);
  });

  it('keeps a camera that is switched off, and plays no demo instead', async () => {
    const { config } = await load(await write({ 'moodstat.yaml': 'cameras: { a: { source: demo, enabled: false } }' }));
    expect(config.cameras).toMatchObject([{ name: 'a', enabled: false }]);
  });

  it.each(['demo', 'http://10.0.0.2/stream'])('refuses OpenCV for %s, which it would not read', async (source) => {
    const file = await write({ 'moodstat.yaml': `cameras: { a: { source: "${source}", capture: opencv } }` });
    expect(await check(file)).toEqual([expect.stringMatching(/cameras\.a\.capture: `opencv` reads rtsp:\/\//)]);
  });

  it('finds relative paths beside the configuration', async () => {
    const file = await write({
      'moodstat.yaml':
        'cameras: { a: { source: clips/a.mp4 }, b: { source: /dev/video0 } }\nvision: { face_model: face, haar: { cascade: c.xml } }\nmqtt: { ca: ca.pem }',
      'clips/a.mp4': '',
      'face/card.json': '',
      'c.xml': '',
      'ca.pem': '-----BEGIN CERTIFICATE-----\n',
    });
    const { config, faults } = await load(file);
    expect(faults).toEqual([]);
    expect(config.cameras.map(({ source }) => source)).toEqual([
      { kind: 'path', location: path.join(folder, 'clips/a.mp4') },
      { kind: 'device', location: '/dev/video0' },
    ]);
    expect(config.vision.faceModel).toBe(path.join(folder, 'face'));
    expect(config.vision.emotionModel).toMatch(/models.emotion$/);
    expect(config.mqtt.ca).toBe('-----BEGIN CERTIFICATE-----\n');
  });

  it('takes a share of the width for the smallest face', async () => {
    const text = 'cameras: { a: { source: demo, width: 1000, min_face: 5% }, b: { source: demo, min_face: 40 } }';
    const { config } = await load(await write({ 'moodstat.yaml': text }));
    expect(config.cameras.map(({ minFacePx }) => minFacePx)).toEqual([50, 40]);
  });

  it('shares settings by anchors and merges', async () => {
    const text = `cameras:
  a: &defaults { source: demo, fps: 2, ffmpeg: { input_args: [-re] } }
  b: { <<: *defaults, fps: 3 }
`;
    const { config } = await load(await write({ 'moodstat.yaml': text }));
    expect(config.cameras).toMatchObject([
      { fps: 2, ffmpeg: { inputArgs: ['-re'] } },
      { fps: 3, ffmpeg: { inputArgs: ['-re'] } },
    ]);
  });

  it('rejects with one error that names every fault, those of the rules too', async () => {
    const file = await write({
      'moodstat.yaml': 'mqtt: { usrname: x, password: "${NOT_SET}" }\ncameras:\n  A: { fps: fast }\n',
      'rules.yaml':
        'rules:\n  - id: x\n    triggers: [{ trigger: moood }]\n    actions: [{ action: log, message: x }]\n',
    });
    const error: unknown = await load(file).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as ConfigError).code).toBe('faulty');
    expect((error as ConfigError).message.split('\n').map((line) => path.relative(folder, line))).toEqual([
      'moodstat.yaml:1:9: mqtt: unknown key `usrname`; did you mean `username`?',
      expect.stringMatching(/^moodstat.yaml:1:31: the environment has no NOT_SET/),
      expect.stringMatching(/^moodstat.yaml:3:3: cameras: expected a camera name .*, found "A"$/),
      'rules.yaml:3:27: rule `x`: triggers[0].trigger: unknown trigger `moood`; did you mean `mood`?',
    ]);
  });

  it('rejects with the code `missing` when there is no file', async () => {
    const file = path.join(folder, 'none.yaml');
    await expect(load(file)).rejects.toMatchObject({ code: 'missing', message: `${file}:1:1: no such file` });
  });

  it('says that the configuration is a folder', async () => {
    expect(await check(folder)).toEqual([':1:1: a folder, not a file']);
  });

  it('tells every fault of a camera beside a name that cannot be', async () => {
    const text = 'cameras:\n  A:\n    source: demo\n  b:\n    fps: 0\n';
    expect(await check(await write({ 'moodstat.yaml': text }))).toEqual([
      expect.stringMatching(/^moodstat.yaml:2:3: /),
      expect.stringMatching(/^moodstat.yaml:4:3: cameras.b.source is missing/),
      'moodstat.yaml:5:10: cameras.b.fps: expected a number from 0.1 to 60, found 0',
    ]);
  });

  it('counts lines and columns alike in files of Windows and with a byte order mark', async () => {
    const file = await write({ 'moodstat.yaml': '\uFEFFversion: 1\r\nlog:\r\n  level: loud\r\n' });
    expect(await check(file)).toEqual([expect.stringMatching(/^moodstat.yaml:3:10: log.level: expected one of/)]);
  });
});

describe('values from elsewhere', () => {
  const camera = (source: string) =>
    `cameras: { a: { source: ${source}, fps: "\${FPS:2.5}", enabled: "\${ON:false}" } }`;

  it('come from the environment or a default, as numbers and truth values where those are wanted', async () => {
    const file = await write({ 'moodstat.yaml': camera('"http://${HOST}:${PORT:80}/x"') });
    const { config } = await load(file, { HOST: 'cam', ON: 'true' });
    expect(config.cameras).toMatchObject([{ source: { location: 'http://cam:80/x' }, fps: 2.5, enabled: true }]);
  });

  it('come over aliases as well', async () => {
    const text = 'cameras:\n  a: &a { source: demo, fps: "${FPS}" }\n  b: { <<: *a }\n  c: { source: demo, fps: *f }\n';
    const file = await write({ 'moodstat.yaml': text.replace('"${FPS}"', '&f "${FPS}"') });
    const { config } = await load(file, { FPS: '7' });
    expect(config.cameras.map(({ fps }) => fps)).toEqual([7, 7, 7]);
  });

  it('stay text where text is wanted, and literal where asked for', async () => {
    const file = await write({ 'moodstat.yaml': 'mqtt: { username: "$${X}", password: "${P}" }' });
    const { config } = await load(file, { P: '0123' });
    expect(config.mqtt).toMatchObject({ username: '${X}', password: '0123' });
  });

  it('are not searched for values again', async () => {
    const file = await write({ 'moodstat.yaml': 'mqtt: { username: "${A}" }' });
    const { config } = await load(file, { A: '${B}', B: 'no' });
    expect(config.mqtt.username).toBe('${B}');
  });

  it('are secrets from secrets.yaml, else from a file of that name', async () => {
    const file = await write({
      'moodstat.yaml': 'mqtt: { username: !secret user, password: !secret mqtt-password }',
      'secrets.yaml': 'user: 0123\n',
      'run-secrets/user': 'never',
      'run-secrets/mqtt-password': 'from docker\n',
    });
    const { config } = await load(file);
    expect(config.mqtt).toMatchObject({ username: '0123', password: 'from docker' });
  });

  it('never show in a message, over aliases neither', async () => {
    const file = await write({
      'moodstat.yaml': 'log: { level: &s !secret s, format: *s }\ncameras: { a: { source: "${URL}" } }\n',
      'secrets.yaml': 's: hunter2\n',
    });
    const faults = await check(file, { URL: 'ftp://user:hunter2@x' });
    expect(faults).toHaveLength(3);
    expect(faults.join('\n')).not.toContain('hunter2');
    expect(faults[1]).toMatch(/found the value of `!secret s`$/);
  });

  it('that are missing and secrets that are no YAML are told together', async () => {
    const file = await write({ 'moodstat.yaml': 'mqtt: { username: !secret s }', 'secrets.yaml': 's: "x\n' });
    expect(await check(file)).toEqual([
      expect.stringMatching(/^moodstat.yaml:1:27: no secret `s`/),
      expect.stringMatching(/^secrets.yaml:2:1: not valid YAML/),
    ]);
  });
});

describe('rules of a configuration', () => {
  const rule = (id: string, more = '') =>
    `  - id: ${id}\n    triggers: [{ trigger: mood, to: happy }]\n    actions: [{ action: log, message: "${more}x" }]\n`;

  it('come from rules.yaml when none are named', async () => {
    const file = await write({ 'moodstat.yaml': '', 'rules.yaml': `rules:\n${rule('a')}` });
    expect((await load(file)).rules.map(({ id }) => id)).toEqual(['a']);
  });

  it('come from one file or several, and an id counts over all of them', async () => {
    const file = await write({
      'moodstat.yaml': 'rules: [a.yaml, sub/b.yaml]',
      'a.yaml': `rules:\n${rule('a')}`,
      'sub/b.yaml': `rules:\n${rule('a')}${rule('b')}`,
    });
    const { rules, faults } = await load(file);
    expect(rules.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(faults.map((fault) => path.relative(folder, formatFault(fault)))).toEqual([
      expect.stringMatching(/^sub.b.yaml:2:9: rule `a`: this id is taken by a rule in .*a.yaml$/),
    ]);
  });

  it.each([
    ['a wrong trigger', rule('bad').replace('mood', 'moood')],
    ['a key given twice', `${rule('bad')}    cooldown: 1s\n    cooldown: 2s\n`],
    ['an unset variable', rule('bad', '${NOT_SET}')],
    ['a missing secret', rule('bad').replace('"x"', '!secret none')],
    ['an unknown camera', rule('bad').replace('to:', 'camera: attic, to:')],
  ])('are left out with %s while the others run', async (_, bad) => {
    const file = await write({ 'moodstat.yaml': '', 'rules.yaml': `rules:\n${rule('a')}${bad}${rule('b')}` });
    const { rules, faults } = await load(file);
    expect(rules.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatchObject({
      severity: 'error',
      line: expect.toSatisfy((n: number) => n > 4 && n < 10) as number,
    });
  });

  it('are left out when what they take over by an alias is faulty', async () => {
    const text = `rules:\n${rule('a').replace('actions: [', 'actions: &x [').replace('"x"', '"${NOT_SET}"')}  - { id: b, triggers: [{ trigger: mood }], actions: *x }\n`;
    const { rules, faults } = await load(await write({ 'moodstat.yaml': '', 'rules.yaml': text }));
    expect(rules).toEqual([]);
    expect(faults).toHaveLength(1);
  });

  it('are all left out, and the daemon starts, when their file is no YAML', async () => {
    const file = await write({ 'moodstat.yaml': '', 'rules.yaml': `rules:\n${rule('a')}\t- x\n` });
    const { rules, faults } = await load(file);
    expect(rules).toEqual([]);
    expect(faults).toMatchObject([{ line: 5, severity: 'error' }]);
  });

  it('may know values from elsewhere', async () => {
    const file = await write({ 'moodstat.yaml': '', 'rules.yaml': `rules:\n${rule('a', '${LAMP}')}` });
    expect((await load(file, { LAMP: 'desk ' })).rules[0]?.actions).toMatchObject([{ message: 'desk x' }]);
  });
});

describe('checkConfig as if', () => {
  it('checks what files would say, secrets and rules too, and leaves them as they are', async () => {
    const file = await write({
      'moodstat.yaml': 'version: 1\nrules: rules.yaml\n',
      'rules.yaml': 'version: 1\nrules: []\n',
    });
    const asIf = async (name: string, text: string, more: Record<string, string> = {}) => {
      const texts = Object.entries({ [name]: text, ...more }).map(
        ([at, said]) => [path.join(folder, at), said] as const,
      );
      const faults = await checkConfig(file, {}, path.join(folder, 'run-secrets'), readAsIf(new Map(texts)));
      return faults.map(({ file: at, line, message }) => `${path.relative(folder, at)}:${line}: ${message}`);
    };
    expect(await asIf('rules.yaml', 'version: 1\nrules: [{ id: a }]\n')).toEqual([
      'rules.yaml:2: rule `a`: triggers is missing: expected a list of triggers',
      'rules.yaml:2: rule `a`: actions is missing: expected a list of actions',
    ]);
    const mqtt = 'version: 1\nmqtt: { url: mqtt://b, username: u, password: !secret word }\n';
    expect(await asIf('moodstat.yaml', mqtt)).toEqual([expect.stringContaining('word')]);
    expect(await asIf('moodstat.yaml', mqtt, { 'secrets.yaml': 'word: x\n' })).toEqual([]);
    expect(await check(file)).toEqual([]);
  });
});
