import { setTimeout as sleep } from 'node:timers/promises';
import { quantile } from './cpu-clock.ts';
import { startDaemonProcess } from './daemon-process.ts';
import { digits, type Measurement } from './measurement.ts';
import { openModelsAlone } from './models-alone.ts';

/** The demo's rate, and the rhythm in which the models alone are run beside it. */
const RHYTHM_MS = 1000 / 6;
/** The first frames find caches cold and code not yet compiled. */
const WARM_UP_FRAMES = 12;

/**
 * From a frame's time (`at`) to a listener's ear, for the mood that this very frame caused: every frame's mood is
 * published. The daemon, its broker and the listener are as in a home; the listener is a process of its own.
 */
export const latency: Measurement = {
  name: 'latency',
  title: 'frame to MQTT delivery on one camera, ms',
  async run({ seconds }) {
    const alone = await modelsInRhythm(seconds);
    const delivered = await deliveries(seconds);
    const rows = [
      { what: 'the two models alone', values: alone },
      { what: 'frame to delivery', values: delivered },
    ].map(({ what, values }) => ({
      what,
      n: values.length,
      median: quantile(values, 0.5),
      p95: quantile(values, 0.95),
    }));
    const [models, path] = rows as [(typeof rows)[0], (typeof rows)[0]];
    const ratios = {
      median: path.median / models.median,
      p95: path.p95 / models.median,
      p95ToP95: path.p95 / models.p95,
    };
    return {
      figures: { models, delivery: path, ratios },
      rows: rows.map((row) => ({ ...row, median: digits(row.median), p95: digits(row.p95) })),
      notes: [
        `median ÷ models' median: ${digits(ratios.median)}; p95 ÷ models' median: ${digits(ratios.p95)}; p95 ÷ models' p95: ${digits(ratios.p95ToP95)}`,
        'both in wall time and in the same rhythm: six frames a second, the processor asleep between them',
        'a frame’s time is in whole ms, so that up to 1 ms of the delivery is rounding',
      ],
    };
  },
};

async function modelsInRhythm(seconds: number): Promise<number[]> {
  const models = await openModelsAlone();
  const took: number[] = [];
  for (const end = performance.now() + seconds * 1000; performance.now() < end;) {
    await sleep(RHYTHM_MS);
    const startMs = performance.now();
    await models.detect();
    await models.classify();
    took.push(performance.now() - startMs);
  }
  await models.close();
  return took.slice(WARM_UP_FRAMES);
}

async function deliveries(seconds: number): Promise<number[]> {
  const daemon = await startDaemonProcess({ demo: { source: 'demo' } }, { report_every: 0, report_step: 0 });
  const took: number[] = [];
  daemon.recorder.client.on('message', (topic: string, payload: Buffer, packet) => {
    const now = performance.timeOrigin + performance.now();
    if (topic !== 'home/emotion/demo' || packet.retain) return;
    const { at, faces } = JSON.parse(payload.toString('utf8')) as { at: string; faces: number };
    if (faces > 0) took.push(now - Date.parse(at));
  });
  await sleep(seconds * 1000);
  await daemon.stop();
  return took.slice(WARM_UP_FRAMES);
}
