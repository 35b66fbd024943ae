import { Histogram, type Registry } from 'prom-client';
import { map, merge, type Observable, type Subscription } from 'rxjs';
import type { CameraHealth } from '../../publish/bridge-payload.ts';
import { addCounter, addGauge, type Tell } from './read-metric.ts';

export interface MeteredCamera {
  readonly name: string;
  /** Of each frame, the time from the frame to its mood. */
  readonly latencyMs$: Observable<number>;
  readonly health: (nowMs: number) => CameraHealth;
}

/** From a frame on a fast machine to one that waited behind others on a slow one. */
const LATENCY_BUCKETS_S = [0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1, 2.5];

/** Frames, losses and latencies of each camera; until unsubscribed. */
export function addCameraMetrics(
  registry: Registry,
  cameras: readonly MeteredCamera[],
  now: () => number,
): Subscription {
  const labels = ['camera'] as const;
  const read = (valueOf: (health: CameraHealth) => number) => (tell: Tell<'camera'>) => {
    for (const { name, health } of cameras) tell({ camera: name }, valueOf(health(now())));
  };
  addGauge(registry, {
    name: 'moodstat_camera_enabled',
    help: 'Whether a camera is switched on.',
    labels,
    read: read(({ state }) => Number(state !== 'off')),
  });
  addGauge(registry, {
    name: 'moodstat_camera_online',
    help: 'Whether a camera gives frames.',
    labels,
    read: read(({ state }) => Number(state === 'online')),
  });
  addCounter(registry, {
    name: 'moodstat_camera_losses_total',
    help: 'How often a camera was lost, or could not be opened.',
    labels,
    read: read(({ restarts }) => restarts),
  });
  addCounter(registry, {
    name: 'moodstat_frames_seen_total',
    help: 'Frames that went through vision.',
    labels,
    read: read(({ framesSeen }) => framesSeen),
  });
  addCounter(registry, {
    name: 'moodstat_frames_dropped_total',
    help: 'Frames left out by choice, because vision was busy.',
    labels,
    read: read(({ framesDropped }) => framesDropped),
  });
  addCounter(registry, {
    name: 'moodstat_frames_failed_total',
    help: 'Frames that could not be read or classified.',
    labels,
    read: read(({ framesFailed }) => framesFailed),
  });
  const latency = new Histogram({
    name: 'moodstat_frame_latency_seconds',
    help: 'From the time of a frame to its mood.',
    labelNames: labels,
    buckets: LATENCY_BUCKETS_S,
    registers: [registry],
  });
  const latencies = cameras.map(({ name, latencyMs$ }) => latencyMs$.pipe(map((ms) => ({ camera: name, ms }))));
  return merge(...latencies).subscribe(({ camera, ms }) => {
    latency.observe({ camera }, ms / 1000);
  });
}
