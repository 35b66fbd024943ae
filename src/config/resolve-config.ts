import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { WrittenConfig } from './schema.ts';

type WrittenCamera = WrittenConfig['cameras'][string];

/** One camera; where its `source` is a path, it is one that can be opened from here. */
export interface CameraConfig extends WrittenCamera {
  readonly name: string;
}

/** All that the daemon needs to know, complete: nothing is left to defaults elsewhere but what a model's card says. */
export interface MoodstatConfig extends Omit<
  WrittenConfig,
  'mqtt' | 'broker' | 'cameras' | 'vision' | 'history' | 'rules' | 'time_zone'
> {
  readonly mqtt: Omit<WrittenConfig['mqtt'], 'url'> & {
    /** The broker to connect to, the embedded one when none was given. */
    readonly url: string;
    /** PEM text of the certificate authority. */
    readonly ca: string | undefined;
  };
  readonly broker: Omit<WrittenConfig['broker'], 'enabled'> & { readonly enabled: boolean };
  /** In the order of the file. */
  readonly cameras: readonly CameraConfig[];
  readonly vision: Omit<WrittenConfig['vision'], 'faceModel' | 'emotionModel'> & {
    readonly faceModel: string;
    readonly emotionModel: string;
  };
  readonly history: Omit<WrittenConfig['history'], 'file'> & { readonly file: string | undefined };
  /** IANA name. */
  readonly timeZone: string;
  /** Files with rules. */
  readonly rules: readonly string[];
}

/** Where this package lies; the same from `src/config` and from `dist/config`. */
const PACKAGE = fileURLToPath(new URL('../..', import.meta.url));

/** A path written in a configuration file, as seen from here: relative ones start at the file's folder. */
export function pathBeside(configFile: string, written: string): string {
  return path.isAbsolute(written) ? written : path.join(path.dirname(configFile), written);
}

/** What a written configuration means, given the files it names; pure. `ca` is the text of `mqtt.ca`. */
export function resolveConfig(
  written: WrittenConfig,
  configFile: string,
  { ca, rules }: { readonly ca: string | undefined; readonly rules: readonly string[] },
): MoodstatConfig {
  const { time_zone: timeZone, ...others } = written;
  const { mqtt, broker, vision, history } = written;
  const model = (folder: string | undefined, shipped: string) =>
    folder === undefined ? path.join(PACKAGE, 'models', shipped) : pathBeside(configFile, folder);
  return {
    ...others,
    timeZone: timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    mqtt: { ...mqtt, url: mqtt.url ?? embeddedUrl(broker), ca },
    broker: { ...broker, enabled: broker.enabled === 'auto' ? mqtt.url === undefined : broker.enabled },
    cameras: camerasOf(written, configFile),
    vision: {
      ...vision,
      haar: {
        ...vision.haar,
        cascade: vision.haar.cascade === undefined ? undefined : pathBeside(configFile, vision.haar.cascade),
      },
      faceModel: model(vision.faceModel, 'face'),
      emotionModel: model(vision.emotionModel, 'emotion'),
    },
    history: { ...history, file: history.file === undefined ? undefined : pathBeside(configFile, history.file) },
    rules,
  };
}

function camerasOf({ cameras }: WrittenConfig, configFile: string): CameraConfig[] {
  return Object.entries(cameras).map(([name, camera]) => ({
    ...camera,
    name,
    source:
      camera.source.kind === 'path'
        ? { ...camera.source, location: pathBeside(configFile, camera.source.location) }
        : camera.source,
  }));
}

/** An address that listens everywhere is reached at this machine's own. */
function embeddedUrl({ host, port }: WrittenConfig['broker']): string {
  const reachable = host === '0.0.0.0' ? '127.0.0.1' : host === '::' ? '::1' : host;
  return `mqtt://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}`;
}
