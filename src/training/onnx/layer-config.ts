import { ExportError } from './export-error.ts';

/** What a converter sees of a layer: its name, its class and its configuration as TensorFlow.js serialises it. */
export interface LayerConfig {
  readonly name: string;
  readonly kind: string;
  readonly config: Readonly<Record<string, unknown>>;
}

export function numberIn({ name, kind, config }: LayerConfig, key: string, otherwise?: number): number {
  const value = config[key] ?? otherwise;
  if (typeof value !== 'number') throw new ExportError(`layer "${name}" (${kind}): ${key} is not a number`);
  return value;
}

export function stringIn({ name, kind, config }: LayerConfig, key: string, otherwise: string): string {
  const value = config[key] ?? otherwise;
  if (typeof value !== 'string') throw new ExportError(`layer "${name}" (${kind}): ${key} is not a string`);
  return value;
}

/** A size over height and width; TensorFlow.js writes one number when both are equal. */
export function pairIn({ name, kind, config }: LayerConfig, key: string, otherwise = 1): readonly [number, number] {
  const value = config[key] ?? otherwise;
  if (typeof value === 'number') return [value, value];
  if (Array.isArray(value) && value.length === 2 && value.every((v) => typeof v === 'number'))
    return [value[0] as number, value[1] as number];
  if (Array.isArray(value) && value.length === 1 && typeof value[0] === 'number') return [value[0], value[0]];
  throw new ExportError(`layer "${name}" (${kind}): ${key} is not one or two numbers`);
}

/** Throws for pictures with the channels first: every other size would be read along the wrong axis. */
export function requireChannelsLast({ name, kind, config }: LayerConfig): void {
  if (config['dataFormat'] === 'channelsFirst')
    throw new ExportError(`layer "${name}" (${kind}) has its channels first; only channelsLast is exported`);
}
