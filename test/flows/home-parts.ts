import { fileURLToPath } from 'node:url';
import { GenericContainer, Network, Wait } from 'testcontainers';
import { IMAGES } from '../containers/docker.ts';
import { Mosquitto } from '../publish/real-mosquitto.ts';
import { FLOWS, type FlowNode } from './node-red-parts.ts';
import { NodeRed, shippedFlows } from './real-node-red.ts';

/** A broker and a Node-RED with our flows and nodes, as a home has them. */
export interface HomeParts {
  /** The broker, from here. */
  readonly brokerUrl: string;
  /** Node-RED, from here. */
  readonly nodeRedUrl: string;
  /** What Node-RED has logged. */
  readonly said: () => string;
  readonly remove: () => Promise<void>;
}

/** The shipped flows for a broker at an address and a player on a port of this machine. */
async function flowsFor(broker: string, port: number, player: string): Promise<FlowNode[]> {
  return (await shippedFlows()).map((node) => ({
    ...node,
    ...(node.type === 'mqtt-broker' ? { broker, port: String(port) } : {}),
    ...(node.type === 'http request' ? { url: `http://${player}/play` } : {}),
  }));
}

/** Both as processes of this machine: the installed Mosquitto, the Node-RED of the development dependencies. */
export async function localParts(playerPort: number): Promise<HomeParts> {
  const mosquitto = await Mosquitto.start();
  const nodeRed = await NodeRed.start(await flowsFor('127.0.0.1', mosquitto.port, `127.0.0.1:${playerPort}`));
  return {
    brokerUrl: mosquitto.url,
    nodeRedUrl: nodeRed.url,
    said: () => nodeRed.said,
    remove: async () => {
      await nodeRed.remove();
      await mosquitto.remove();
    },
  };
}

/** Both as containers, from the images that people use. */
export async function containerParts(playerPort: number): Promise<HomeParts> {
  const network = await new Network().start();
  const mosquitto = await new GenericContainer(IMAGES.mosquitto)
    .withNetwork(network)
    .withNetworkAliases('mosquitto')
    .withCopyContentToContainer([
      { content: 'listener 1883\nallow_anonymous true\n', target: '/mosquitto/config/mosquitto.conf' },
    ])
    .withExposedPorts(1883)
    .withWaitStrategy(Wait.forLogMessage(/mosquitto version \S+ running/))
    .start();
  let said = '';
  const nodeRed = await new GenericContainer(IMAGES.nodeRed)
    .withNetwork(network)
    .withExtraHosts([{ host: 'player', ipAddress: 'host-gateway' }])
    .withCopyContentToContainer([
      {
        content: JSON.stringify(await flowsFor('mosquitto', 1883, `player:${playerPort}`)),
        target: '/data/flows.json',
      },
    ])
    .withCopyDirectoriesToContainer([
      {
        source: fileURLToPath(new URL('nodes', FLOWS)),
        target: '/usr/src/node-red/node_modules/@moodstat/node-red-moodstat',
      },
    ])
    .withEnvironment({ FLOWS: 'flows.json' })
    .withExposedPorts(1880)
    .withLogConsumer((stream) => stream.on('data', (chunk: Buffer | string) => (said += chunk.toString())))
    .withWaitStrategy(Wait.forLogMessage('Started flows'))
    .withStartupTimeout(120_000)
    .start();
  return {
    brokerUrl: `mqtt://${mosquitto.getHost()}:${mosquitto.getMappedPort(1883)}`,
    nodeRedUrl: `http://${nodeRed.getHost()}:${nodeRed.getMappedPort(1880)}`,
    said: () => said,
    remove: async () => {
      await nodeRed.stop();
      await mosquitto.stop();
      await network.stop();
    },
  };
}
