import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

// What our Node-RED nodes and Node-RED itself look like from TypeScript: they are CommonJS without types.

const require = createRequire(import.meta.url);

export const FLOWS = new URL('../../flows/', import.meta.url);

/** One node of a flow, as it stands in a flows file. */
export interface FlowNode {
  readonly id: string;
  readonly type: string;
  readonly z?: string;
  readonly wires?: readonly (readonly string[])[];
  readonly [key: string]: unknown;
}

export interface KnownMood {
  readonly name: string;
  readonly atMs: number;
  readonly validUntilMs: number;
  readonly confidence: number;
  readonly payload: unknown;
}

export interface News {
  readonly mood: KnownMood;
  readonly previous: KnownMood | undefined;
  readonly changed: boolean;
  readonly fresh: boolean;
}

export interface MoodWatch {
  present(nowMs: number): KnownMood | undefined;
  hear(text: string, options: { readonly retained: boolean; readonly nowMs: number }): News | undefined;
}

interface Moods {
  readonly MOODS: readonly string[];
  readonly MoodWatch: new (options?: { confidence?: number }) => MoodWatch;
  readonly moodTopic: (base: string, camera: string) => string;
  readonly parseMoods: (list: string) => ReadonlySet<string>;
}

export const moods = require('../../flows/nodes/lib/moods.js') as Moods;

/** A node that runs in Node-RED. */
export interface RunningNode {
  receive(message: object): void;
  on(event: 'input', listener: (message: Readonly<Record<string, unknown>>) => void): void;
  once(event: 'input', listener: (message: Readonly<Record<string, unknown>>) => void): void;
  readonly status: { readonly args: readonly (readonly unknown[])[] };
}

interface TestHelper {
  init(nodeRed: string, settings?: object): void;
  settings(settings: object): void;
  startServer(done: () => void): void;
  stopServer(done: () => void): void;
  load(nodes: readonly unknown[], flow: readonly object[]): Promise<void>;
  unload(): Promise<void>;
  getNode(id: string): RunningNode;
}

export const helper = require('node-red-node-test-helper') as TestHelper;
export const NODE_RED = require.resolve('node-red');
export const NODE_RED_MAIN = fileURLToPath(new URL('red.js', `file://${NODE_RED.replace(/lib\/red\.js$/, '')}`));

/** Node-RED's own MQTT nodes, and ours. */
export const NODES: readonly unknown[] = [
  require('@node-red/nodes/core/network/10-mqtt.js'),
  require('../../flows/nodes/nodes/moodstat.js'),
];
