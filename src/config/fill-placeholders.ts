import type { Fault } from './fault.ts';
import type { ScalarText, YamlSource } from './yaml-source.ts';

/** Where the values come from that do not stand in the file. */
export interface Outside {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly secrets: ReadonlyMap<string, string>;
}

/** Values that came from outside, by origin, with the text that stands for them in the file. */
export type Filled = ReadonlyMap<number, string>;

/** A YAML file with the outside values in their places, and all its faults up to there. */
export interface FilledSource {
  readonly source: YamlSource;
  readonly filled: Filled;
  readonly faults: readonly Fault[];
}

const SECRET_TAG = '!secret';

/** `$${` for a literal `${`, `${NAME}`, `${NAME:default}`, or a `${` that is neither. */
const PLACEHOLDER = /\$\$\{|\$\{(?:([A-Za-z_][A-Za-z0-9_]*)(:[^}]*)?\})?/g;

/**
 * Puts the environment's values and the secrets in their places. What is not to be had is a fault; its place keeps the
 * text that was written. What is filled in is text and is not looked at again, so no value can bring in another one.
 */
export function fillPlaceholders(source: YamlSource, outside: Outside): { filled: Filled; faults: Fault[] } {
  const filled = new Map<number, string>();
  const faults: Fault[] = [];
  for (const scalar of source.scalars()) {
    const { text, tag, origin, line, column } = scalar;
    const fault = (message: string) => {
      faults.push({ file: source.file, line, column, message, severity: 'error' });
    };
    const value = tag === SECRET_TAG ? secretValue(scalar, outside, fault) : expand(text, outside, fault);
    if (tag === SECRET_TAG || value !== text) filled.set(origin, tag === SECRET_TAG ? `${SECRET_TAG} ${text}` : text);
    scalar.replace(value);
  }
  return { filled, faults };
}

function secretValue({ text }: ScalarText, { secrets }: Outside, fault: (message: string) => void): string {
  const value = secrets.get(text);
  if (value === undefined) fault(`no secret \`${text}\`: write it into secrets.yaml beside the configuration`);
  return value ?? text;
}

function expand(text: string, { env }: Outside, fault: (message: string) => void): string {
  return text.replace(PLACEHOLDER, (match, name: string | undefined, otherwise: string | undefined) => {
    if (match === '$${') return '${';
    if (name === undefined) {
      fault(
        '`${` begins a variable of the environment: `${NAME}` or `${NAME:default}`; for the characters write `$${`',
      );
      return match;
    }
    // An empty variable is what `docker compose` makes of an unset one; it would hide a default and a mistake.
    const value = env[name] === undefined || env[name] === '' ? otherwise?.slice(1) : env[name];
    if (value === undefined)
      fault(`the environment has no ${name}: set it, or give a default as in \`\${${name}:default}\``);
    return value ?? match;
  });
}
