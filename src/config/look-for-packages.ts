import { INSTALL, isInstalled, type Peer } from '../peers/peer.ts';
import type { Fault } from './fault.ts';
import type { WrittenConfig } from './schema.ts';
import type { Path, YamlSource } from './yaml-source.ts';

/** Faults for what is configured and needs a package that is not there; `has` is asked for each package. */
export function lookForPackages(
  { cameras, vision }: WrittenConfig,
  source: YamlSource,
  has: (peer: Peer) => boolean = isInstalled,
): Fault[] {
  const faults: Fault[] = [];
  const needs = (path: Path, peer: string, install: string) => {
    const message = `${path.join('.')}: needs ${peer}, which is not installed; install it: ${install}`;
    faults.push(source.faultAt(path, message));
  };
  if (!has('@u4/opencv4nodejs')) {
    const paths: Path[] = Object.entries(cameras)
      .filter(([, { capture }]) => capture === 'opencv')
      .map(([name]) => ['cameras', name, 'capture']);
    if (vision.detector === 'haar') paths.push(['vision', 'detector']);
    for (const path of paths) needs(path, '@u4/opencv4nodejs', INSTALL.opencv);
  }
  const hasTensorFlow =
    has('@tensorflow/tfjs-node') || (has('@tensorflow/tfjs') && has('@tensorflow/tfjs-backend-wasm'));
  if (vision.engine === 'tensorflow' && !hasTensorFlow)
    needs(
      ['vision', 'engine'],
      '@tensorflow/tfjs-node',
      `${INSTALL.tfjsNode} (slower, where it does not build: ${INSTALL.tfjsWasm})`,
    );
  return faults;
}
