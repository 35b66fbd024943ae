import * as z from 'zod';
import { wholeRulesFileSchema } from '../rules/rule-schema.ts';
import { configSchema } from './schema.ts';

/** The schemas that editors complete and check our files with, by the name of the published file. */
export function jsonSchemas(): Record<'moodstat.schema.json' | 'rules.schema.json', unknown> {
  return {
    'moodstat.schema.json': z.toJSONSchema(configSchema, { io: 'input' }),
    'rules.schema.json': z.toJSONSchema(wholeRulesFileSchema, { io: 'input' }),
  };
}
