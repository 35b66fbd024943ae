import mqtt, { type MqttClient } from 'mqtt';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { Mosquitto, describeMosquitto } from '../publish/real-mosquitto.ts';
import { type FlowNode, NODES, NODE_RED, helper } from './node-red-parts.ts';

/** A mood that is told now; later ones have later times. */
let lastMs = Date.now();
function told(mood: string | null, { confidence = 0.8, validMs = 10_000 } = {}): string {
  lastMs = Math.max(lastMs + 1, Date.now());
  const iso = (ms: number) => new Date(ms).toISOString();
  return JSON.stringify({ mood, confidence, faces: 1, at: iso(lastMs), valid_until: iso(lastMs + validMs) });
}

describeMosquitto('our nodes in Node-RED', () => {
  let mosquitto: Mosquitto;
  let client: MqttClient;

  beforeAll(async () => {
    helper.init(NODE_RED);
    helper.settings({ mqttReconnectTime: 50 });
    await new Promise<void>((resolve) => {
      helper.startServer(resolve);
    });
    mosquitto = await Mosquitto.start();
    client = await mqtt.connectAsync(mosquitto.url, { reconnectPeriod: 20 });
  });

  afterAll(async () => {
    await client.endAsync(true);
    await mosquitto.remove();
    await new Promise<void>((resolve) => {
      helper.stopServer(resolve);
    });
  });

  beforeEach(() => client.publishAsync('home/emotion/living', '', { retain: true, qos: 1 }));
  afterEach(() => helper.unload());

  const tell = (payload: string, topic = 'home/emotion/living') =>
    client.publishAsync(topic, payload, { retain: true, qos: 1 });

  /** Loads a node with its broker; `outs` collect what comes out of it. Resolves when it has subscribed. */
  async function load(
    type: string,
    config: object,
    { outs = ['out'], protocolVersion = '4', beside = [] as FlowNode[] } = {},
  ) {
    const flow = [
      { id: 'tab', type: 'tab' },
      {
        id: 'broker',
        type: 'mqtt-broker',
        broker: '127.0.0.1',
        port: mosquitto.port,
        protocolVersion,
        autoConnect: true,
      },
      {
        id: 'node',
        z: 'tab',
        type,
        broker: 'broker',
        base: 'home/emotion',
        camera: 'living',
        confidence: 0.5,
        ...config,
        wires: outs.map((out) => [out]),
      },
      ...outs.map((id) => ({ id, z: 'tab', type: 'helper' })),
      // Hears what the broker says after everything that was subscribed to before.
      { id: 'end', z: 'tab', type: 'mqtt in', topic: 'settled', qos: 1, broker: 'broker', wires: [['ended']] },
      { id: 'ended', z: 'tab', type: 'helper' },
      ...beside,
    ];
    // What has no place on the canvas is taken for a configuration node.
    await helper.load(
      NODES,
      flow.map((one) => ('z' in one ? { x: 0, y: 0, ...one } : one)),
    );
    const got = new Map(outs.map((out) => [out, [] as Readonly<Record<string, unknown>>[]]));
    for (const [out, messages] of got) helper.getNode(out).on('input', (message) => messages.push(message));
    /** Resolves when all that was published before has been dealt with. */
    const settled = async () => {
      const heard = new Promise((resolve) => {
        helper.getNode('ended').once('input', resolve);
      });
      const again = setInterval(() => client.publish('settled', 'x', { qos: 1 }), 20);
      await heard;
      clearInterval(again);
    };
    await settled();
    return { got, settled, node: helper.getNode('node') };
  }

  const moodsOf = (messages: readonly Readonly<Record<string, unknown>>[] | undefined) =>
    messages?.map(({ previous, mood }) => `${String(previous)} → ${String(mood)}`);

  it.each(['4', '5'])('mood sends each change once, with MQTT protocol %s', async (protocolVersion) => {
    const { got, settled } = await load('mood', {}, { protocolVersion });
    await tell(told('neutral'));
    const happy = told('happy');
    await tell(happy);
    await tell(happy);
    await tell(told('happy'));
    await tell(told(null, { confidence: 0 }));
    await settled();
    expect(moodsOf(got.get('out'))).toEqual(['undefined → neutral', 'neutral → happy', 'happy → nobody']);
    expect(got.get('out')![1]).toMatchObject({
      topic: 'home/emotion/living',
      payload: JSON.parse(happy) as unknown,
      camera: 'living',
    });
  });

  it('mood does not send what the broker kept, but counts it as the mood before', async () => {
    await tell(told('sad'));
    const { got, settled } = await load('mood', {});
    expect(got.get('out')).toEqual([]);
    await tell(told('happy'));
    await settled();
    expect(moodsOf(got.get('out'))).toEqual(['sad → happy']);
  });

  it('mood hears live moods though another node keeps their retain flag', async () => {
    const beside = [
      {
        id: 'other',
        z: 'tab',
        type: 'mqtt in',
        topic: 'home/emotion/living',
        qos: 1,
        rap: true,
        broker: 'broker',
        wires: [],
      },
    ];
    await tell(told('sad'));
    const { got, settled } = await load('mood', {}, { protocolVersion: '5', beside });
    await tell(told('happy'));
    await settled();
    expect(moodsOf(got.get('out'))).toEqual(['sad → happy']);
  });

  it('mood sends old ones, too, when it is told to', async () => {
    await tell(told('sad', { validMs: -1000 }));
    const { got, settled } = await load('mood', { fresh: false });
    await settled();
    expect(moodsOf(got.get('out'))).toEqual(['undefined → sad']);
  });

  it('mood sends only from and to the moods that are named, and of enough confidence', async () => {
    const { got, settled } = await load('mood', { from: 'happy,neutral', to: 'sad', confidence: 0.6 });
    for (const name of ['sad', 'happy', 'sad', 'angry', 'sad', 'neutral']) await tell(told(name));
    await tell(told('sad', { confidence: 0.5 }));
    await tell(told('sad', { confidence: 0.7 }));
    await settled();
    expect(moodsOf(got.get('out'))).toEqual(['happy → sad', 'neutral → sad']);
  });

  it('mood sends every report when it is told to', async () => {
    const { got, settled } = await load('mood', { changes: false });
    await tell(told('happy'));
    await tell(told('happy'));
    await settled();
    expect(moodsOf(got.get('out'))).toEqual(['undefined → happy', 'happy → happy']);
  });

  it('mood listens to the whole home when no camera is named', async () => {
    const { got, settled } = await load('mood', { camera: '' });
    await tell(told('happy'), 'home/emotion');
    await tell(told('sad'));
    await settled();
    expect(moodsOf(got.get('out'))).toEqual(['undefined → happy']);
  });

  it('mood goes on after the broker was killed, and does not repeat what it heard', { timeout: 60_000 }, async () => {
    const { got, settled } = await load('mood', {});
    await tell(told('happy'));
    await settled();
    await mosquitto.kill();
    await mosquitto.start();
    await settled();
    await tell(told('sad'));
    await settled();
    expect(moodsOf(got.get('out'))).toEqual(['undefined → happy', 'happy → sad']);
  });

  it('mood switch sends by the mood that holds now, and everything else to its last output', async () => {
    const rules = [{ moods: 'sad,fear' }, { moods: 'happy' }];
    const { got, settled, node } = await load('mood switch', { rules }, { outs: ['low', 'high', 'rest'] });
    const send = async (payload: string) => {
      await settled();
      node.receive({ payload });
    };
    await send('unknown');
    await tell(told('sad'));
    await send('while sad');
    await tell(told('happy'));
    await send('while happy');
    await tell(told('neutral'));
    await send('while neutral');
    await tell(told('happy', { validMs: -1 }));
    await send('stale');
    await tell('');
    await send('switched off');
    await settled();
    const payloads = [...got].map(([out, messages]) => [out, messages.map(({ payload }) => payload)]);
    expect(payloads).toEqual([
      ['low', ['while sad']],
      ['high', ['while happy']],
      ['rest', ['unknown', 'while neutral', 'stale', 'switched off']],
    ]);
  });
});
