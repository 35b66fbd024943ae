import { CameraError, type CameraErrorCode } from './camera.ts';
import type { ReaderEnd } from './process-camera.ts';
import { redactUrls } from './redact-url.ts';

interface Explanation {
  readonly when: RegExp;
  readonly code: CameraErrorCode;
  /** What to do about it. */
  readonly advice: string;
}

/** What ffmpeg and the system say about the usual faults, first match first. */
const EXPLANATIONS: readonly Explanation[] = [
  { when: /\b401\b|unauthorized/i, code: 'refused', advice: 'check the user and password in the source' },
  { when: /\b403\b|forbidden/i, code: 'refused', advice: 'the camera does not allow this user to watch' },
  { when: /\b404\b|stream not found/i, code: 'not-found', advice: 'check the path in the source' },
  { when: /connection refused/i, code: 'refused', advice: 'is the camera on, and the port right?' },
  { when: /no route to host|network is unreachable/i, code: 'lost', advice: 'check the address and the network' },
  { when: /timed out/i, code: 'lost', advice: 'check the address and the network' },
  {
    when: /failed to resolve|name or service not known|temporary failure in name/i,
    code: 'not-found',
    advice: 'check the host name in the source',
  },
  { when: /permission denied/i, code: 'refused', advice: 'let this user read it (for /dev/video*: the group `video`)' },
  { when: /device or resource busy/i, code: 'refused', advice: 'another program has the camera open' },
  { when: /no such (file|device)|inappropriate ioctl/i, code: 'not-found', advice: 'check the path in the source' },
  {
    when: /unrecognized option|option .*not found|error splitting|unknown (decoder|encoder|input format)|no such filter/i,
    code: 'unreadable',
    advice: "check the camera's ffmpeg arguments",
  },
];

/** How ffmpeg ended. */
export interface FfmpegEnd extends ReaderEnd {
  readonly source: string;
}

/** What the first of the lines that we know says: its code, the line and what to do. */
export function explainLines(
  lines: readonly string[],
): { readonly code: CameraErrorCode; readonly said: string; readonly advice: string } | undefined {
  const known = EXPLANATIONS.find(({ when }) => lines.some((line) => when.test(line)));
  return known && { ...known, said: lines.find((line) => known.when.test(line))! };
}

/** Puts ffmpeg's end into one line that holds no password and says what to do. */
export function explainEnd({ source, exitCode, signal, lastLines, frames }: FfmpegEnd): CameraError {
  const known = explainLines(lastLines);
  const said = known?.said ?? lastLines.at(-1);
  const how = signal === null ? `with exit code ${exitCode ?? '?'}` : `by ${signal}`;
  const what = said === undefined ? `ffmpeg ended ${how}` : `ffmpeg: ${tidy(said, source)}`;
  const code = known?.code ?? (frames > 0 || signal !== null ? 'lost' : 'unreadable');
  const advice = known?.advice ?? (frames > 0 ? undefined : 'is this a video that ffmpeg can read?');
  return new CameraError(
    code,
    [redactUrls(`${source}: ${what}`), advice].filter((part) => part !== undefined).join('; '),
  );
}

/** ffmpeg could not be started at all. */
export function explainSpawnFailure(path: string, cause: NodeJS.ErrnoException): CameraError {
  const message =
    cause.code === 'ENOENT'
      ? `ffmpeg is not installed (looked for \`${path}\`); install it: \`sudo apt install ffmpeg\`, or set ffmpeg.path`
      : `ffmpeg cannot be started (\`${path}\`: ${cause.code ?? cause.message}); check ffmpeg.path`;
  return new CameraError('tool-missing', message, { cause });
}

/** A line of ffmpeg's without the `[rtsp @ 0x55d0c8]` in front, and without repeating the source. */
export function tidy(line: string, source: string): string {
  const text = line.replace(/^(\[[^\]]*\]\s*)+/, '').trim();
  for (const name of [`file:${source}`, source]) if (text.startsWith(`${name}: `)) return text.slice(name.length + 2);
  return text;
}
