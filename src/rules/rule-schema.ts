import * as z from 'zod';
import { duration, emptyAsAbsent, integerBetween, oneOf, section, text, topic, trueOrFalse } from '../config/fields.ts';
import { type Brake, DEFAULT_BRAKE, MODES, type Rule, type TimeCondition, type YieldTo } from './rule.ts';
import { actions } from './schema/action-schema.ts';
import { conditions, quietWindow } from './schema/condition-schema.ts';
import { HOUR_MS, messageValue } from './schema/rule-fields.ts';
import { triggers } from './schema/trigger-schema.ts';

const DAY_MS = 24 * HOUR_MS;
const ID = 'expected an id of at most 64 characters a-z, A-Z, 0-9, _ and - (it is part of a topic)';

const pause = duration(0, 30 * DAY_MS);

const cooldown = z
  .union([pause, section({ for: pause, per: oneOf('rule', 'camera').default('rule') })], {
    error: 'expected a duration such as "15m", or a section with `for` and `per`',
  })
  .default(0)
  .meta({ description: 'So long after it fired the rule stays quiet; `per: camera` counts for each camera alone.' });

const yieldTo = section({
  topic: topic().meta({ description: 'Where the thing tells its state.' }),
  command: topic().optional().meta({ description: 'Where it takes commands, when that is not below `topic`.' }),
  path: messageValue.path,
  for: duration(1000, 30 * DAY_MS),
}).transform((value): YieldTo => ({
  topic: value.topic,
  command: value.command,
  path: value.path,
  forMs: value.for,
}));

/** Rules as they are written go in, `Rule` comes out; what their file says for all of them is still to be added. */
export const ruleSchema = section({
  id: z.string({ error: ID }).regex(/^[A-Za-z0-9_-]{1,64}$/, { error: ID }),
  alias: text('a name for people').optional(),
  triggers,
  conditions: conditions.default([]),
  actions,
  mode: oneOf(...MODES)
    .default('single')
    .meta({ description: 'When it fires while it still runs: single ignores that, restart begins anew.' }),
  max: integerBetween(2, 100)
    .optional()
    .meta({ description: 'So many at once, with queued and parallel; 10 when left out.' }),
  cooldown,
  yield_to: yieldTo
    .optional()
    .meta({ description: 'A thing that is left alone for a time after a person, not a rule, has changed it.' }),
  quiet_hours: trueOrFalse().default(true).meta({ description: 'false: this rule acts in the quiet hours too.' }),
  dry_run: trueOrFalse().default(false).meta({ description: 'true: only say what would be done.' }),
})
  .superRefine(({ mode, max }, context) => {
    if (max !== undefined && mode !== 'queued' && mode !== 'parallel')
      context.addIssue({ code: 'custom', path: ['max'], message: 'stands only beside `mode: queued` or `parallel`' });
  })
  .transform((value): Rule & { readonly quietHours: boolean } => ({
    id: value.id,
    alias: value.alias,
    triggers: value.triggers,
    conditions: value.conditions,
    actions: value.actions,
    mode: value.mode,
    max: value.max ?? 10,
    cooldownMs: typeof value.cooldown === 'number' ? value.cooldown : value.cooldown.for,
    cooldownPer: typeof value.cooldown === 'number' ? 'rule' : value.cooldown.per,
    yieldTo: value.yield_to,
    dryRun: value.dry_run,
    quietHours: value.quiet_hours,
    quiet: [],
    brake: DEFAULT_BRAKE,
  }));

const SCENE = 'expected the name of a scene: a-z, A-Z, 0-9, _ and -';

const version = z.literal(1, { error: 'expected version 1, the only one there is' }).default(1);

const quietHours = z
  .array(quietWindow, { error: 'expected a list of windows such as { after: "22:00", before: "07:00" }' })
  .nullable()
  .default([])
  .transform((windows): TimeCondition[] => windows ?? [])
  .meta({ description: 'In these windows no rule of this file begins, but those with `quiet_hours: false`.' });

const brake = section({ actions: integerBetween(1, 10_000), per: duration(1000, HOUR_MS).default(60_000) })
  .transform(({ actions: most, per }): Brake => ({ actions: most, perMs: per }))
  .default(DEFAULT_BRAKE)
  .meta({ description: 'More actions of all rules in that time stop the rule that did most of them; 60 a minute.' });

const sceneName = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, { error: SCENE });

/** The frame of a rules file; its rules and scenes are checked one by one, so that a faulty one takes no other with it. */
export const rulesFileSchema = section({
  version,
  quiet_hours: quietHours,
  brake,
  scenes: emptyAsAbsent(
    z.record(sceneName, z.unknown(), { error: 'expected a section with a list of actions below each name' }),
  ),
  rules: z.array(z.unknown(), { error: 'expected a list of rules' }).nullable().default([]),
});

/** One scene: a list of actions. */
export const sceneSchema = actions;

/** The whole file, for editors. */
export const wholeRulesFileSchema = section({
  version,
  quiet_hours: quietHours,
  brake,
  scenes: z.record(sceneName, actions).optional().meta({ description: 'Lists of actions by name.' }),
  rules: z.array(ruleSchema).nullable(),
}).meta({ title: 'rules.yaml', description: 'Rules of moodstat.' });
