import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { findDevices } from '../../src/capture/find-devices.ts';

it('finds the devices that give pictures, by the names of their drivers', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'moodstat-devices-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [list, devices] = [join(folder, 'list'), join(folder, 'dev')];
  await mkdir(devices);
  const add = async (name: string, title: string, index: string) => {
    await mkdir(join(list, name), { recursive: true });
    await writeFile(join(list, name, 'name'), `${title}\n`);
    await writeFile(join(list, name, 'index'), `${index}\n`);
  };
  await add('video10', 'Second', '0');
  await add('video0', 'HD Webcam: HD Webcam', '0');
  await add('video1', 'HD Webcam: HD Webcam', '1');
  await add('v4l-subdev0', 'no camera', '0');
  await writeFile(join(devices, 'video0'), '');
  expect(await findDevices({ list, devices })).toEqual([
    { source: join(devices, 'video0'), title: 'HD Webcam: HD Webcam', readable: true },
    { source: join(devices, 'video10'), title: 'Second', readable: false },
  ]);
  expect(await findDevices({ list: join(folder, 'none'), devices })).toEqual([]);
});
