import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import type { Fault } from '../../config/fault.ts';
import type { HistoryRecord } from '../../history/history-record.ts';
import type { Stretch } from '../../history/read-history.ts';
import { traceFields } from '../../publish/rule-payload.ts';
import type { LocalClock } from '../../rules/local-clock.ts';
import type { RuleText } from '../../rules/parse-rules.ts';
import type { Rule, RuleTrace } from '../../rules/rule.ts';
import { hashOf, readWritten, replaceWritten } from '../../state/written-file.ts';
import { OneAtATime } from '../one-at-a-time.ts';
import { readInput } from '../read-input.ts';
import { sendWriteError } from '../send-write-error.ts';
import { rehearseRule } from './rehearse-rule.ts';
import type { FileAnswer, RuleAnswer, RulesAnswer, SavedAnswer, TraceAnswer, TryAnswer } from './rules-answer.ts';

/** What the rules' routes need of the daemon. */
export interface RulesDeps {
  /** The rules files that the configuration names; no other can be read or written. */
  readonly ruleFiles: readonly string[];
  readonly rules: {
    inForce(): readonly { readonly rule: Rule; readonly text: RuleText | undefined }[];
    traces(id: string): readonly RuleTrace[];
    reload(): Promise<Pick<SavedAnswer, 'added' | 'changed' | 'removed'>>;
  };
  /** All rules and faults as they would be read if files held these texts; the others are as they are. */
  readonly readRulesAsIf: (
    texts: ReadonlyMap<string, string>,
  ) => Promise<{ readonly rules: readonly Rule[]; readonly faults: readonly Fault[] }>;
  readonly readHistory: ((stretch: Stretch) => AsyncIterable<HistoryRecord>) | undefined;
  readonly makeClock: () => LocalClock;
  readonly now: () => number;
}

/** Rules are text by hand; even hundreds of them are shorter. */
const MOST_BYTES = 512 * 1024;
const DAY_MS = 86_400_000;

const fileText = z.object({
  file: z.string({ error: 'expected the name of a rules file' }),
  text: z.string({ error: 'expected the text of the file' }),
});
const checkInput = fileText;
const saveInput = fileText.extend({ hash: z.string({ error: 'expected a hash or null' }).nullable() });
const tryInput = z.object({
  id: z.string({ error: 'expected the id of a rule' }),
  days: z.number({ error: 'expected a number of days' }).min(0.01).max(400).default(7),
  /** A text that is not saved yet. */
  file: z.string().optional(),
  text: z.string().optional(),
});
const traceInput = z.object({ id: z.string({ error: 'expected the id of a rule' }) });

/** Which rules there are, why they fired and why not, what they would have done, and other ones in their place. */
export function registerRules(app: FastifyInstance, deps: RulesDeps): void {
  const { ruleFiles, rules, readRulesAsIf, readHistory, now } = deps;
  const rehearsing = new OneAtATime();
  const saving = new OneAtATime();
  const options = { bodyLimit: MOST_BYTES };

  app.get('/api/rules', async (): Promise<RulesAnswer> => {
    const { faults } = await readRulesAsIf(new Map());
    return {
      files: await Promise.all(ruleFiles.map(readFileAnswer)),
      rules: rules.inForce().map(({ rule, text }) => ruleAnswer(rule, text, rules.traces(rule.id)[0])),
      faults: faults.map(plainFault),
      history: readHistory !== undefined,
    };
  });

  app.get('/api/rules/traces', (request, reply) => {
    const { id } = readInput(traceInput, request.query);
    if (!rules.inForce().some(({ rule }) => rule.id === id)) return reply.code(404).send({ error: NO_RULE });
    return reply.send({ id, traces: rules.traces(id).map(traceAnswer) });
  });

  app.post('/api/rules/check', options, async (request, reply) => {
    const { file, text } = readInput(checkInput, request.body);
    if (!ruleFiles.includes(file)) return reply.code(404).send({ error: NO_FILE });
    const { faults } = await readRulesAsIf(new Map([[file, text]]));
    return reply.send({ faults: faultsOf(file, faults) });
  });

  app.put('/api/rules/file', options, async (request, reply) => {
    const { file, text, hash } = readInput(saveInput, request.body);
    if (!ruleFiles.includes(file)) return reply.code(404).send({ error: NO_FILE });
    return saving.run(async () => {
      const { faults } = await readRulesAsIf(new Map([[file, text]]));
      const own = faultsOf(file, faults);
      const wrong = own.filter(({ severity }) => severity === 'error').length;
      if (wrong > 0) {
        const error = `not saved: ${wrong === 1 ? 'there is an error' : `there are ${wrong} errors`} in it`;
        return reply.code(422).send({ error, faults: own });
      }
      let backup: string | undefined;
      try {
        backup = await replaceWritten(file, text, { hash: hash ?? undefined, atMs: now() });
      } catch (error) {
        return sendWriteError(reply, error);
      }
      const { added, changed, removed } = await rules.reload();
      const saved: SavedAnswer = { hash: hashOf(text), backup: backup ?? null, added, changed, removed, faults: own };
      return reply.send(saved);
    });
  });

  app.post('/api/rules/try', options, async (request, reply): Promise<TryAnswer | undefined> => {
    const { id, days, file, text } = readInput(tryInput, request.body);
    if (!readHistory) return reply.code(409).send({ error: 'there is no history to try it on; set history.enabled' });
    let rule = rules.inForce().find((one) => one.rule.id === id)?.rule;
    if (file !== undefined && text !== undefined) {
      if (!ruleFiles.includes(file)) return reply.code(404).send({ error: NO_FILE });
      rule = (await readRulesAsIf(new Map([[file, text]]))).rules.find((one) => one.id === id);
    }
    if (!rule) return reply.code(404).send({ error: 'there is no such rule, or there is an error in it' });
    const tried = rule;
    const untilMs = now();
    const records = readHistory({ fromMs: untilMs - days * DAY_MS, untilMs });
    return rehearsing.run(() => rehearseRule(tried, records, deps.makeClock(), untilMs));
  });
}

const NO_RULE = 'no such rule is in force';
const NO_FILE = 'the configuration names no such rules file';

async function readFileAnswer(name: string): Promise<FileAnswer> {
  const written = await readWritten(name);
  return { name, text: written?.text ?? '', hash: written?.hash ?? null };
}

function ruleAnswer({ id, alias, dryRun }: Rule, text: RuleText | undefined, last: RuleTrace | undefined): RuleAnswer {
  return {
    id,
    alias: alias ?? null,
    dryRun,
    file: text?.file ?? null,
    line: text?.line ?? null,
    text: text?.text ?? null,
    last: last ? traceAnswer(last) : null,
  };
}

function traceAnswer(trace: RuleTrace): TraceAnswer {
  const { at, outcome, reason, camera, room, conditions } = traceFields(trace);
  return { at, outcome, reason, camera, room, conditions };
}

function faultsOf(file: string, faults: readonly Fault[]) {
  return faults.filter((fault) => fault.file === file).map(plainFault);
}

function plainFault({ file, line, column, message, severity }: Fault) {
  return { file, line, column, message, severity };
}
