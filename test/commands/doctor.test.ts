import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { doctor } from '../../src/commands/doctor.ts';
import { writeState } from '../../src/state/state-file.ts';
import { CameraServer, jpeg, streamMjpeg } from '../capture/camera-server.ts';
import { describeMosquitto, Mosquitto, passwordFile } from '../publish/real-mosquitto.ts';

interface Report {
  readonly ok: boolean;
  readonly findings: readonly { readonly subject: string; readonly status: string; readonly message: string }[];
}

const folder = await mkdtemp(join(tmpdir(), 'moodstat-doctor-'));

/** What the doctor says of one subject, with this below `version: 1`. */
async function examined(subject: string, yaml: string): Promise<string | undefined> {
  const config = join(folder, 'moodstat.yaml');
  await writeFile(config, `version: 1\n${yaml}\n`);
  const lines: string[] = [];
  const terminal = { print: (line: string) => lines.push(line), note: () => undefined, interactive: false };
  await doctor({ config, json: true, stateFile: () => join(folder, 'state.json') }, {}, terminal);
  const { findings } = JSON.parse(lines.join('')) as Report;
  const found = findings.find((one) => one.subject === subject);
  return found && `${found.status}: ${found.message}`;
}

describeMosquitto('the doctor at a broker', () => {
  it('logs in, and says in words when that is refused, or when nobody is there', async () => {
    const mosquitto = await Mosquitto.start((dir) => [passwordFile(dir, 'me', 'right')]);
    const at = (password: string) =>
      examined('broker', `mqtt: { url: "${mosquitto.url}", username: me, password: ${password} }`);
    expect(await at('right')).toMatch(/^ok: mqtt:.* lets us in, with MQTT 5$/);
    expect(await at('wrong')).toMatch(/^fault: mqtt:.*does not let us in; check mqtt\.username and mqtt\.password$/);
    await mosquitto.remove();
    expect(await at('right')).toMatch(/^fault: mqtt:.*nothing listens there; is the broker running/);
  });
});

it('looks at the picture of a camera, but never of one that is switched off', async () => {
  const picture = await jpeg(320, 240);
  const asked: string[] = [];
  const server = await new CameraServer((request, response) => {
    asked.push(request.url!);
    if (request.url === '/refused') response.writeHead(401).end();
    else streamMjpeg(response, picture, 10);
  }).start();
  const at = (path: string, more = '') =>
    examined('camera door', `cameras:\n  door: { source: "${server.url(path)}"${more} }`);
  expect(await at('/stream')).toBe('ok: gives frames of 320 × 240 px');
  expect(await at('/refused')).toMatch(/^fault: .*401|password/);
  asked.length = 0;
  expect(await at('/stream', ', enabled: false')).toMatch(/^ok: .*it is switched off, and was not opened$/);
  await writeState(join(folder, 'state.json'), { enabled: { door: false } });
  expect(await at('/stream')).toMatch(/^ok: .*it is switched off, and was not opened$/);
  expect(asked).toEqual([]);
  await server.stop();
});

it('looks whether the history can be written, when it is switched on', async () => {
  expect(await examined('history', 'history: { enabled: false }')).toBeUndefined();
  const file = join(folder, 'deep', 'moods.ndjson');
  const enabled = `history: { enabled: true, file: "${file}" }`;
  expect(await examined('history', enabled)).toBe(`ok: ${file} can be written (nothing there yet)`);
  await mkdir(file, { recursive: true });
  expect(await examined('history', enabled)).toBe(`fault: ${file} is no file; set history.file`);
});
