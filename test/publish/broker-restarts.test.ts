import { firstValueFrom, filter } from 'rxjs';
import { expect, it } from 'vitest';
import type { Mood } from '../../src/mood/mood.ts';
import { MqttPublisher } from '../../src/publish/mqtt-publisher.ts';
import { publishMood } from '../../src/publish/publish-camera.ts';
import { recordingLog } from '../fakes/recording-log.ts';
import { Mosquitto, describeMosquitto } from './real-mosquitto.ts';
import { retainedAt } from './watcher.ts';

const RESTARTS = 100;
const CAMERAS = 8;
/** One camera after the other says something new this often: far more than any home has to say. */
const EVERY_MS = 4;
const VALID_MS = 2000;

function publisherAt(url: string, clientId: string): MqttPublisher {
  const settings = { url, clientId, rejectUnauthorized: true, protocol: 'auto', keepaliveS: 30 } as const;
  const backoff = { firstMs: 10, maxMs: 40, stableMs: 10_000 };
  return new MqttPublisher({ ...settings, baseTopic: `home/${clientId}` }, { log: recordingLog(), backoff });
}

function moodAt(atMs: number): Mood {
  const scores = { angry: 0, disgust: 0, fear: 0, happy: 0.8, sad: 0, surprise: 0, neutral: 0.2 };
  const rest = { mood: 'happy', confidence: 0.8, valence: 0.6, arousal: 0.5, faces: 1, scores, sinceMs: 0 } as const;
  return { ...rest, atMs, validUntilMs: atMs + VALID_MS };
}

/** Says moods of all cameras in turn, each with a time of its own. */
class Load {
  readonly said = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;
  #count = 0;
  #lastMs = 0;

  constructor(publisher: MqttPublisher) {
    this.#timer = setInterval(() => {
      const topic = `home/emotion/camera${this.#count++ % CAMERAS}`;
      this.#lastMs = Math.max(this.#lastMs + 1, Date.now());
      publishMood(publisher, topic, moodAt(this.#lastMs));
      this.said.set(topic, this.#lastMs);
    }, EVERY_MS);
  }

  get count(): number {
    return this.#count;
  }

  stop(): void {
    clearInterval(this.#timer);
  }
}

interface Act {
  readonly topic: string;
  readonly atMs: number;
  readonly lateMs: number;
}

function timeOf(payload: string): number {
  return Date.parse((JSON.parse(payload) as { at: string }).at);
}

describeMosquitto('moods under load, while the broker is killed again and again', () => {
  it(
    `are news once, in time and in order over ${RESTARTS} restarts, and none is missing at the end`,
    {
      timeout: 180_000,
    },
    async () => {
      const broker = await Mosquitto.start();
      const publisher = publisherAt(broker.url, 'moodstat-sends');
      const actor = publisherAt(broker.url, 'moodstat-acts');
      const acts: Act[] = [];
      const moods$ = actor.listen('home/emotion/+').pipe(filter(({ payload }) => payload !== ''));
      let repeated = 0;
      const heard = new Map<string, number>();
      const outOfOrder: string[] = [];
      moods$.subscribe(({ topic, payload, retained }) => {
        if (retained) return;
        const atMs = timeOf(payload);
        const lastMs = heard.get(topic) ?? 0;
        heard.set(topic, atMs);
        if (atMs < lastMs) outOfOrder.push(`${topic}: ${atMs} after ${lastMs}`);
        // A mood that still holds after an outage is said again: the broker may have forgotten it. It is no news.
        if (atMs === lastMs) repeated++;
        else acts.push({ topic, atMs, lateMs: Date.now() - atMs });
      });
      const actsAfter = (ms: number) =>
        firstValueFrom(moods$.pipe(filter(({ payload, retained }) => !retained && timeOf(payload) > ms)));
      publisher.start();
      actor.start();
      const load = new Load(publisher);
      await actsAfter(0);

      for (let restart = 0; restart < RESTARTS; restart++) {
        await broker.kill();
        const killedMs = Date.now();
        const again = actsAfter(killedMs);
        await broker.start();
        await again;
      }

      load.stop();
      const said = [...load.said];
      // Whatever the broker retains after the last mood of each camera went out is what was said last.
      const flushed = firstValueFrom(actor.listen('flushed'));
      publisher.publishState({ topic: 'flushed', payload: 'yes' });
      await flushed;
      const retained = await retainedAt(broker.port, 'home/emotion/+');
      expect([...retained].map(([topic, payload]) => [topic, timeOf(payload)])).toEqual(expect.arrayContaining(said));

      expect(publisher.counters.reconnects).toBe(RESTARTS);
      expect(acts.length).toBeGreaterThan(RESTARTS);
      expect(outOfOrder, 'an old mood was repeated').toEqual([]);
      // At most what held while the broker was away, once an outage and camera.
      expect(repeated).toBeLessThanOrEqual(RESTARTS * CAMERAS);
      const latest = acts.reduce((max, { lateMs }) => Math.max(max, lateMs), 0);
      expect(latest, 'a stale mood was acted upon').toBeLessThan(VALID_MS);
      console.log(
        `${RESTARTS} broker restarts: ${load.count} moods said, ${acts.length} acted upon, ${repeated} heard again, the latest after ${latest} ms`,
      );
      await publisher.stop();
      await actor.stop();
      await broker.remove();
    },
  );
});
