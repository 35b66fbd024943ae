import { formatFault } from '../config/fault.ts';
import { checkConfig } from '../config/load-config.ts';
import { EXIT, type Terminal } from './terminal.ts';

export interface CheckOptions {
  readonly config: string;
  readonly json: boolean;
}

/** Prints every fault of a configuration and its rules as `file:line:column: message`; faulty when there is any error. */
export async function check(
  { config, json }: CheckOptions,
  env: Readonly<Record<string, string | undefined>>,
  terminal: Terminal,
): Promise<number> {
  const faults = await checkConfig(config, env);
  const errors = faults.filter(({ severity }) => severity === 'error').length;
  if (json) terminal.print(JSON.stringify({ ok: errors === 0, faults }));
  else {
    for (const fault of faults) terminal.print(formatFault(fault));
    if (faults.length === 0) terminal.note(`${config}: no faults`);
  }
  return errors === 0 ? EXIT.ok : EXIT.faulty;
}
