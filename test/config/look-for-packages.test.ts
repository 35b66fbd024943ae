import { describe, expect, it } from 'vitest';
import { formatFault } from '../../src/config/fault.ts';
import { lookForPackages } from '../../src/config/look-for-packages.ts';
import { configSchema } from '../../src/config/schema.ts';
import { readYaml } from '../../src/config/yaml-source.ts';
import type { Peer } from '../../src/peers/peer.ts';

const BOTH = [
  'cameras:',
  '  hall: { source: /dev/video0, capture: opencv }',
  '  door: { source: http://127.0.0.1/ }',
  'vision:',
  '  detector: haar',
  '  engine: tensorflow',
].join('\n');

function faults(text: string, ...installed: Peer[]): string[] {
  const source = readYaml(text, 'm.yaml');
  const written = configSchema.parse(source.value());
  return lookForPackages(written, source, (peer) => installed.includes(peer)).map(formatFault);
}

describe('lookForPackages', () => {
  it('says where a package is asked for that is not there, and how to install it', () => {
    const found = faults(BOTH);
    expect(found).toEqual([
      expect.stringMatching(
        /^m\.yaml:2:41: cameras\.hall\.capture: needs @u4\/opencv4nodejs, .*apt install .*npm install/,
      ),
      expect.stringMatching(/^m\.yaml:5:13: vision\.detector: needs @u4\/opencv4nodejs, .*npm install/),
      expect.stringMatching(/^m\.yaml:6:11: vision\.engine: needs @tensorflow\/tfjs-node, .*npm install/),
    ]);
  });

  it('asks for nothing that is not configured', () => {
    expect(faults('cameras: { hall: { source: /dev/video0 } }\nvision: { haar: { scale_factor: 1.2 } }')).toEqual([]);
  });

  it.each<[Peer[]]>([
    [['@u4/opencv4nodejs', '@tensorflow/tfjs-node']],
    [['@u4/opencv4nodejs', '@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm']],
  ])('is content with %j', (installed) => {
    expect(faults(BOTH, ...installed)).toEqual([]);
  });

  it('is not content with TensorFlow.js alone, which would run in plain JavaScript', () => {
    expect(faults(BOTH, '@u4/opencv4nodejs', '@tensorflow/tfjs')).toHaveLength(1);
  });
});
