import { type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';

/** A program that writes pictures to its standard output, and what it has to say to its standard error. */
export type ReaderProcess = ChildProcessByStdio<Writable | null, Readable, Readable>;

/** Time a reader gets to say goodbye to the camera (RTSP TEARDOWN) before it is killed. */
const GRACE_MS = 2000;

/** Starts a program with both outputs as pipes, its input closed. A missing program is told by the `error` event. */
export function spawnReader(path: string, args: readonly string[]): ReaderProcess {
  return spawn(path, args, { stdio: ['ignore', 'pipe', 'pipe'] });
}

/** The same with an open input, which is given `text`; the program hears that its input ends when this process does. */
export function spawnReaderTold(text: string, path: string, args: readonly string[]): ReaderProcess {
  const child = spawn(path, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  // A program that is gone already cannot be told; its end says why.
  child.stdin.on('error', () => undefined).write(text);
  return child;
}

/** Ends a process for sure, at once for the caller; listeners on its streams hear no more. */
export function stopReader(child: ReaderProcess): void {
  child.stdin?.destroy();
  child.stdout.destroy();
  child.stderr.destroy();
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const killer = setTimeout(() => child.kill('SIGKILL'), GRACE_MS);
  // A daemon that ends does not wait for it: a reader also ends by itself when nobody reads its pictures.
  killer.unref();
  child.once('exit', () => {
    clearTimeout(killer);
  });
  child.kill('SIGTERM');
}
