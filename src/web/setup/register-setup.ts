import type { FastifyInstance } from 'fastify';
import * as z from 'zod';
import { type Fault, formatFault } from '../../config/fault.ts';
import { redactUrl } from '../../config/redact-config.ts';
import type { MoodstatConfig } from '../../config/resolve-config.ts';
import { hashOf, readWritten, replaceWritten } from '../../state/written-file.ts';
import { OneAtATime } from '../one-at-a-time.ts';
import { BadInput, readInput } from '../read-input.ts';
import { sendWriteError } from '../send-write-error.ts';
import { editConfig, editSecrets, type EditedConfig, secretNames } from './edit-config.ts';
import type {
  FindingAnswer,
  FoundCamera,
  PreviewAnswer,
  SavedSetup,
  SetupAnswer,
  TriedCamera,
} from './setup-answer.ts';
import { brokerInput, cameraSource, setupChanges, type SetupChanges } from './setup-changes.ts';
import { maskSecrets, showChanges } from './show-config.ts';

/** What the set-up's routes need of the daemon. */
export interface SetupDeps {
  readonly configFile: string;
  readonly secretsFile: string;
  /** The configuration, if it is sound, and all faults, as if files held these texts. */
  readonly readConfigAsIf: (
    texts: ReadonlyMap<string, string>,
  ) => Promise<{ readonly config: MoodstatConfig | undefined; readonly faults: readonly Fault[] }>;
  readonly findCameras: () => Promise<readonly FoundCamera[]>;
  /** Opens a camera for some seconds; rejects in words, without secrets. */
  readonly tryCamera: (source: string, withPicture: boolean) => Promise<TriedCamera>;
  readonly testBroker: (broker: BrokerToTest) => Promise<FindingAnswer>;
  /** What `moodstat doctor` says. */
  readonly examine: () => Promise<readonly FindingAnswer[]>;
  /** Begins anew by the files as they are then; rejects in words when they do not allow it. Undefined where nobody can. */
  readonly restart: (() => Promise<void>) | undefined;
  /** Whether the configuration that runs lets anybody see what cameras see. */
  readonly showsPictures: boolean;
  readonly now: () => number;
}

/** What is undefined is as in the configuration. */
export interface BrokerToTest {
  readonly url?: string | undefined;
  readonly username?: string | null | undefined;
  readonly password?: string | undefined;
}

const savedInput = z.object({
  changes: setupChanges,
  hash: z.string({ error: 'expected the hash that the set-up began with' }),
});
const sourceInput = z.object({ source: cameraSource });

/** Looks for cameras and brokers, and writes the configuration: for who has never seen YAML. */
export function registerSetup(app: FastifyInstance, deps: SetupDeps): void {
  const { configFile, secretsFile, readConfigAsIf, showsPictures, restart, now } = deps;
  const opening = new OneAtATime(3);
  const examining = new OneAtATime(3);
  const saving = new OneAtATime();

  app.get('/api/setup', async (): Promise<SetupAnswer> => {
    const { config, faults } = await readConfigAsIf(new Map());
    const written = await readWritten(configFile);
    return {
      file: configFile,
      hash: written?.hash ?? hashOf(''),
      faults: faults.map(formatFault),
      ...shownOf(config),
      canRestart: restart !== undefined,
      showsPictures,
    };
  });
  app.get('/api/doctor', () => examining.run(async () => ({ findings: await deps.examine() })));
  app.get('/api/setup/cameras', async () => ({ cameras: await deps.findCameras() }));
  app.post('/api/setup/try-camera', async (request, reply) => {
    const { source } = readInput(sourceInput, request.body);
    try {
      return await opening.run(() => deps.tryCamera(source, showsPictures));
    } catch (error) {
      return reply.code(422).send({ error: error instanceof Error ? error.message : 'it cannot be opened' });
    }
  });
  app.post('/api/setup/test-broker', async (request) => {
    const broker = readInput(brokerInput, request.body);
    return opening.run(() => deps.testBroker(broker));
  });

  app.post('/api/setup/preview', async (request): Promise<PreviewAnswer> => {
    const changes = readInput(setupChanges, request.body);
    const { before, edited, faults } = await edit(changes);
    return {
      lines: showChanges(maskSecrets(before), maskSecrets(edited.text)),
      secrets: [...edited.secrets.keys()],
      faults: faults.map(formatFault),
      valid: isValid(faults),
      changed: before !== edited.text || edited.secrets.size > 0,
    };
  });

  app.post('/api/setup/save', (request, reply) =>
    saving.run(async () => {
      const { changes, hash } = readInput(savedInput, request.body);
      const { before, edited, faults } = await edit(changes);
      if (hashOf(before) !== hash)
        return reply
          .code(409)
          .send({ error: `${configFile} has been changed meanwhile; look at it anew`, code: 'changed' });
      if (!isValid(faults))
        return reply.code(422).send({ error: 'not written: it would not be valid', faults: faults.map(formatFault) });
      const backups: string[] = [];
      try {
        const atMs = now();
        if (edited.secrets.size > 0) {
          // First, so that the configuration never names what is not there.
          const known = await readWritten(secretsFile);
          const text = editSecrets(known?.text ?? '', edited.secrets);
          backups.push(...present(await replaceWritten(secretsFile, text, { hash: known?.hash, atMs })));
        }
        backups.push(...present(await replaceWritten(configFile, edited.text, { hash, atMs })));
      } catch (error) {
        return sendWriteError(reply, error);
      }
      const saved: SavedSetup = { hash: hashOf(edited.text), backups };
      return reply.send(saved);
    }),
  );

  app.post('/api/setup/restart', async (_request, reply) => {
    if (!restart) return reply.code(409).send({ error: 'this daemon cannot restart itself; restart it by hand' });
    try {
      await restart();
    } catch (error) {
      return reply.code(422).send({ error: error instanceof Error ? error.message : 'it cannot restart' });
    }
    return reply.send({});
  });

  async function edit(
    changes: SetupChanges,
  ): Promise<{ before: string; edited: EditedConfig; faults: readonly Fault[] }> {
    const before = (await readWritten(configFile))?.text ?? '';
    const secrets = (await readWritten(secretsFile))?.text ?? '';
    let edited: EditedConfig;
    try {
      edited = editConfig(before, changes, secretNames(secrets));
    } catch (error) {
      const reason = error instanceof Error ? error.message.split('\n', 1)[0] : String(error);
      throw new BadInput(`${configFile} cannot be changed here: ${reason}; change it by hand`);
    }
    const texts = new Map([[configFile, edited.text]]);
    if (edited.secrets.size > 0) texts.set(secretsFile, editSecrets(secrets, edited.secrets));
    const { faults } = await readConfigAsIf(texts);
    return { before, edited, faults };
  }
}

function isValid(faults: readonly Fault[]): boolean {
  return faults.every(({ severity }) => severity === 'warning');
}

function present<Value>(value: Value | undefined): Value[] {
  return value === undefined ? [] : [value];
}

function shownOf(config: MoodstatConfig | undefined): Pick<SetupAnswer, 'cameras' | 'broker' | 'history'> {
  if (!config)
    return { cameras: [], broker: { embedded: true, url: null, username: null, hasPassword: false }, history: false };
  const { mqtt, broker, cameras, history } = config;
  const isDemo = cameras.length === 1 && cameras[0]?.source.kind === 'demo' && cameras[0].name === 'demo';
  return {
    // The demo that plays for want of a camera is none.
    cameras: isDemo
      ? []
      : cameras.map(({ name, room, source }) => ({ name, room: room ?? null, source: redactUrl(source.location) })),
    broker: {
      embedded: broker.enabled,
      url: broker.enabled ? null : redactUrl(mqtt.url),
      username: mqtt.username ?? null,
      hasPassword: mqtt.password !== undefined,
    },
    history: history.enabled,
  };
}
