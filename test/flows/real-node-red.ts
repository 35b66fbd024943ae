import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../fakes/free-port.ts';
import { FLOWS, type FlowNode, NODE_RED_MAIN } from './node-red-parts.ts';

/** The shipped flows and those of the palette, as one; several name the same broker, which is there once. */
export async function shippedFlows(): Promise<FlowNode[]> {
  const files = await Promise.all(
    ['./', 'nodes/examples/'].map(async (folder) => {
      const names = (await readdir(new URL(folder, FLOWS))).filter((name) => name.endsWith('.json'));
      return names.map((name) => new URL(`${folder}${name}`, FLOWS));
    }),
  );
  const flows = await Promise.all(
    files.flat().map(async (file) => JSON.parse(await readFile(file, 'utf8')) as FlowNode[]),
  );
  return [...new Map(flows.flat().map((node) => [node.id, node])).values()];
}

/** A headless Node-RED in a process of its own, with our palette installed in its user folder. */
export class NodeRed {
  readonly url: string;
  /** All that it wrote. */
  said = '';
  readonly #process: ChildProcess;
  readonly #folder: string;

  private constructor(url: string, folder: string, child: ChildProcess) {
    this.url = url;
    this.#folder = folder;
    this.#process = child;
    for (const stream of [child.stdout, child.stderr])
      stream?.on('data', (chunk: Buffer) => {
        this.said += chunk.toString();
      });
  }

  /** Resolves when the flows have started. */
  static async start(flows: readonly FlowNode[]): Promise<NodeRed> {
    const folder = await mkdtemp(join(tmpdir(), 'moodstat-node-red-'));
    const port = await freePort();
    const scope = join(folder, 'node_modules', '@moodstat');
    await mkdir(scope, { recursive: true });
    await symlink(fileURLToPath(new URL('nodes', FLOWS)), join(scope, 'node-red-moodstat'));
    await writeFile(join(folder, 'flows.json'), JSON.stringify(flows));
    const settings = { uiHost: '127.0.0.1', uiPort: port, flowFile: 'flows.json', credentialSecret: false };
    await writeFile(
      join(folder, 'settings.js'),
      `module.exports = ${JSON.stringify({ ...settings, telemetry: { enabled: false } })};\n`,
    );
    const child = spawn(process.execPath, [NODE_RED_MAIN, '--userDir', folder], { stdio: ['ignore', 'pipe', 'pipe'] });
    const nodeRed = new NodeRed(`http://127.0.0.1:${port}`, folder, child);
    await new Promise<void>((resolve, reject) => {
      child.stdout.on('data', () => {
        if (nodeRed.said.includes('Started flows')) resolve();
      });
      child.once('exit', () => {
        reject(new Error(`Node-RED ended: ${nodeRed.said}`));
      });
    });
    return nodeRed;
  }

  async remove(): Promise<void> {
    if (this.#process.exitCode === null) {
      this.#process.kill('SIGKILL');
      await once(this.#process, 'exit');
    }
    await rm(this.#folder, { recursive: true, force: true });
  }
}
