import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';

const read = (name: string) => readFile(new URL(`../${name}`, import.meta.url), 'utf8');

it('builds the optional packages into the image in the versions that package.json names', async () => {
  const { peerDependencies } = JSON.parse(await read('package.json')) as { peerDependencies: Record<string, string> };
  const dockerfile = await read('Dockerfile');
  const version = (argument: string) => `^${new RegExp(`^ARG ${argument}=(\\S+)$`, 'm').exec(dockerfile)?.[1]}`;
  expect(version('OPENCV4NODEJS')).toBe(peerDependencies['@u4/opencv4nodejs']);
  expect(version('TFJS')).toBe(peerDependencies['@tensorflow/tfjs-node']);
});
