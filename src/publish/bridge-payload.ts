import { redactSecrets } from './redact-secrets.ts';

/** Who is running here. */
export interface BridgeInfo {
  readonly version: string;
  readonly startedAtMs: number;
  readonly node: string;
  /** MQTT's protocol level: 5 is MQTT 5, 4 is MQTT 3.1.1. */
  readonly protocol: 4 | 5;
  /** The configuration in force; whatever looks like a secret in it is blanked before it is published. */
  readonly config: unknown;
}

/** How one camera does. */
export interface CameraHealth {
  readonly state: 'online' | 'offline' | 'off';
  /** Frames a second that went through vision, over the last minute or less. */
  readonly fps: number;
  readonly framesSeen: number;
  /** Left out by choice, because vision was busy. */
  readonly framesDropped: number;
  /** Frames that could not be read or classified. */
  readonly framesFailed: number;
  /** From the frame's time to its mood; median and 95th percentile over the last minute or less. */
  readonly latencyP50Ms: number | null;
  readonly latencyP95Ms: number | null;
  readonly restarts: number;
}

/** How the daemon does. */
export interface BridgeHealth {
  readonly atMs: number;
  readonly uptimeMs: number;
  readonly rssBytes: number;
  readonly brokerReconnects: number;
  readonly messagesSent: number;
  readonly messagesDropped: number;
  readonly cameras: Readonly<Record<string, CameraHealth>>;
}

/** `bridge/info` as JSON, without secrets. */
export function bridgeInfoPayload(info: BridgeInfo): string {
  return JSON.stringify({
    version: info.version,
    node: info.node,
    mqtt: info.protocol === 5 ? '5' : '3.1.1',
    started: new Date(info.startedAtMs).toISOString(),
    config: redactSecrets(info.config),
  });
}

/** `bridge/health` as JSON; rates and times to one digit. */
export function bridgeHealthPayload(health: BridgeHealth): string {
  return JSON.stringify({
    at: new Date(health.atMs).toISOString(),
    uptime_s: Math.round(health.uptimeMs / 1000),
    memory_mb: Math.round(health.rssBytes / 2 ** 20),
    mqtt: {
      reconnects: health.brokerReconnects,
      sent: health.messagesSent,
      dropped: health.messagesDropped,
    },
    cameras: Object.fromEntries(
      Object.entries(health.cameras).map(([name, camera]) => [
        name,
        {
          state: camera.state,
          fps: tenths(camera.fps),
          frames: { seen: camera.framesSeen, dropped: camera.framesDropped, failed: camera.framesFailed },
          latency_ms: { p50: tenths(camera.latencyP50Ms), p95: tenths(camera.latencyP95Ms) },
          restarts: camera.restarts,
        },
      ]),
    ),
  });
}

function tenths(value: number | null): number | null {
  return value === null ? null : Math.round(value * 10) / 10;
}
