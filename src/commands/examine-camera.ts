import { access, constants, stat } from 'node:fs/promises';
import { firstValueFrom, timeout } from 'rxjs';
import { openCamera } from '../capture/open-camera.ts';
import type { CameraConfig } from '../config/resolve-config.ts';
import { answersOnPort, portOf } from './answers-on-port.ts';
import type { Finding } from './finding.ts';

const FRAME_MS = 10_000;

/**
 * Whether a camera can be reached, and gives a frame. One that is switched off is not opened: who switched it off wants
 * nobody to look.
 */
export async function examineCamera(camera: CameraConfig, enabled: boolean): Promise<Finding> {
  const subject = `camera ${camera.name}`;
  if (camera.source.kind === 'demo') {
    return { subject, status: 'ok', message: enabled ? 'the demo clip' : 'the demo clip (switched off)' };
  }
  const fault = await reachFault(camera.source);
  if (fault !== undefined) return { subject, status: 'fault', message: fault };
  if (!enabled) return { subject, status: 'ok', message: 'can be reached; it is switched off, and was not opened' };
  try {
    const { width, height } = await firstFrame(camera);
    return { subject, status: 'ok', message: `gives frames of ${width} × ${height} px` };
  } catch (error) {
    return { subject, status: 'fault', message: error instanceof Error ? error.message : String(error) };
  }
}

/** Why a source cannot be reached, with what to do; undefined when it can. */
async function reachFault({ kind, location }: CameraConfig['source']): Promise<string | undefined> {
  if (kind === 'rtsp' || kind === 'http') {
    const url = new URL(location);
    const port = portOf(url);
    return (await answersOnPort(url.hostname, port))
      ? undefined
      : `${url.hostname}:${port} does not answer; is the camera on, and its address right?`;
  }
  try {
    await stat(location);
  } catch {
    return `${location} is not there; ${kind === 'device' ? 'is the camera plugged in?' : 'check its source'}`;
  }
  try {
    await access(location, constants.R_OK);
    return undefined;
  } catch {
    const advice =
      kind === 'device'
        ? 'add this user to the group video (sudo usermod -aG video "$USER")'
        : 'give this user the right to read it';
    return `${location} may not be read; ${advice}`;
  }
}

function firstFrame({ name, source, ...settings }: CameraConfig) {
  const none = () => {
    throw new Error(`no frame within ${FRAME_MS / 1000} s; does anything else hold the camera?`);
  };
  const { frames$ } = openCamera(name, { ...settings, source: source.location });
  return firstValueFrom(frames$.pipe(timeout({ first: FRAME_MS, with: none })));
}
