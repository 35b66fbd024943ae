import { once } from 'node:events';
import { explainEnd, explainSpawnFailure } from './explain-ffmpeg.ts';
import { inputName, PPM_TO_STDOUT } from './ffmpeg-arguments.ts';
import type { Frame } from './frame.ts';
import { FrameTimes } from './frame-times.ts';
import { LastLines } from './last-lines.ts';
import { PpmSplitter } from './ppm-splitter.ts';
import { spawnReader, stopReader } from './spawn-process.ts';

/**
 * Every frame of a clip at its own size, as fast as it is consumed: ffmpeg waits when nobody reads. `atMs` is relative
 * to the clip's first frame. Throws a `CameraError`; ending the loop early ends ffmpeg.
 */
export async function* readClip(path: string, ffmpegPath = 'ffmpeg'): AsyncGenerator<Frame, void, undefined> {
  // ffmpeg before 5.1 knows `-vsync` only, newer ones are about to forget it; the wrong one fails before any frame.
  const attempts = [
    ['-fps_mode', 'passthrough'],
    ['-vsync', 'passthrough'],
  ];
  for (const passthrough of attempts) {
    const said = new LastLines(8);
    try {
      yield* decodeClip(path, ffmpegPath, passthrough, said);
      return;
    } catch (error) {
      const isLast = passthrough === attempts.at(-1);
      if (isLast || !said.lines().some((line) => line.includes("Unrecognized option 'fps_mode'"))) throw error;
    }
  }
}

async function* decodeClip(
  path: string,
  ffmpegPath: string,
  passthrough: readonly string[],
  said: LastLines,
): AsyncGenerator<Frame, void, undefined> {
  // PPM says nothing about time, the filter `showinfo` tells it on standard error, a line a frame.
  const child = spawnReader(ffmpegPath, [
    ...['-hide_banner', '-nostdin', '-nostats', '-loglevel', 'level+info', '-i', inputName(path)],
    ...['-map', '0:v:0', '-vf', 'showinfo=checksum=0', ...passthrough, ...PPM_TO_STDOUT],
  ]);
  const times = new FrameTimes();
  const closed = once(child, 'close').then(([code, signal]) => {
    times.end();
    return { exitCode: code as number | null, signal: signal as string | null };
  });
  // Awaited below; an error of the start must not count as unhandled until then.
  closed.catch(() => {
    times.end();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    const rest = times.push(text);
    if (rest !== '') said.push(rest);
  });
  let index = 0;
  try {
    const splitter = new PpmSplitter();
    for await (const chunk of child.stdout) {
      for (const { width, height, rgb } of splitter.push(chunk as Buffer)) {
        const atMs = await times.of(index);
        yield { camera: path, index: index++, atMs, width, height, rgb };
      }
    }
    const end = await closed.catch((cause: unknown) => {
      throw explainSpawnFailure(ffmpegPath, cause as NodeJS.ErrnoException);
    });
    if (end.exitCode !== 0 || index === 0) {
      throw explainEnd({ source: path, ...end, lastLines: said.lines(), frames: index });
    }
  } finally {
    stopReader(child);
  }
}
