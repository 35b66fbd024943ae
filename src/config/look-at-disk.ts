import { stat } from 'node:fs/promises';
import type { Fault } from './fault.ts';
import { readText } from './read-text.ts';
import { pathBeside } from './resolve-config.ts';
import type { WrittenConfig } from './schema.ts';
import type { Path, YamlSource } from './yaml-source.ts';

/** The files that a configuration names: whether they are there, and the certificate's text. */
export async function lookAtDisk(
  config: WrittenConfig,
  source: YamlSource,
): Promise<{ ca: string | undefined; faults: Fault[] }> {
  const faults: Fault[] = [];
  const { caFile } = config.mqtt;
  const ca = caFile === undefined ? undefined : await readText(pathBeside(source.file, caFile));
  if (ca && 'reason' in ca) faults.push(source.faultAt(['mqtt', 'ca'], `mqtt.ca: ${ca.reason}`));
  else if (ca && !ca.text.includes('-----BEGIN CERTIFICATE-----')) {
    faults.push(source.faultAt(['mqtt', 'ca'], 'mqtt.ca: holds no certificate in PEM form'));
  }
  const missing = async (written: string | undefined) =>
    written !== undefined && !(await stat(pathBeside(source.file, written)).catch(() => undefined));
  for (const [key, folder] of [
    ['face_model', config.vision.faceModel],
    ['emotion_model', config.vision.emotionModel],
  ] as const) {
    if (await missing(folder)) faults.push(source.faultAt(['vision', key], `vision.${key}: no such folder`));
  }
  if (await missing(config.vision.haar.cascade))
    faults.push(source.faultAt(['vision', 'haar', 'cascade'], 'vision.haar.cascade: no such file'));
  for (const [name, camera] of Object.entries(config.cameras)) {
    const path: Path = ['cameras', name, 'source'];
    // A disk may be mounted later, and one camera must not keep the others from starting.
    if (camera.source.kind === 'path' && (await missing(camera.source.location))) {
      faults.push(source.faultAt(path, `cameras.${name}.source: no such file or folder now`, 'warning'));
    }
  }
  return { ca: ca && 'text' in ca ? ca.text : undefined, faults };
}
