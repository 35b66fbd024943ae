import type { CameraSettings } from './camera-settings.ts';

export type FfmpegInput = 'stream' | 'device' | 'file';

/** How ffmpeg sees a source: a network stream, a video device, or a file. */
export function inputKind(source: string): FfmpegInput {
  if (/^[a-z][a-z0-9+.-]*:\/\//i.test(source)) return 'stream';
  return source.startsWith('/dev/') ? 'device' : 'file';
}

/**
 * The command line that turns a source into PPM pictures on standard output, at most `fps` a second and `widthPx` wide.
 * Decoding, dropping and scaling stay in ffmpeg: only the wanted pixels cross the pipe.
 */
export function cameraArguments({ source, fps, widthPx, loop = false, ffmpeg }: CameraSettings): string[] {
  const kind = inputKind(source);
  return [
    ...['-hide_banner', '-nostdin', '-loglevel', 'error'],
    ...ffmpeg.hwaccelArgs,
    ...(ffmpeg.inputArgs.length > 0 ? ffmpeg.inputArgs : usualInputArgs(source, kind)),
    // -re: a file plays in real time, as a camera would.
    ...(kind === 'file' ? ['-re', '-stream_loop', loop ? '-1' : '0'] : []),
    ...['-i', inputName(source, kind), '-an', '-sn', '-dn', '-vf', `fps=${fps},scale='min(${widthPx},iw)':-2`],
    ...ffmpeg.outputArgs,
    ...PPM_TO_STDOUT,
  ];
}

/** `file:` keeps ffmpeg from taking a name such as `a:b.mkv` for a protocol. */
export function inputName(source: string, kind: FfmpegInput = inputKind(source)): string {
  return kind === 'file' ? `file:${source}` : source;
}

export const PPM_TO_STDOUT: readonly string[] = ['-c:v', 'ppm', '-f', 'image2pipe', 'pipe:1'];

function usualInputArgs(source: string, kind: FfmpegInput): string[] {
  if (kind === 'device') return ['-f', 'v4l2'];
  // Over UDP, ffmpeg's default, lost packets smear faces; many cameras' own timestamps jump.
  return /^rtsps?:/i.test(source) ? ['-rtsp_transport', 'tcp', '-use_wallclock_as_timestamps', '1'] : [];
}
