import { execFile } from 'node:child_process';
import { utimes, writeFile } from 'node:fs/promises';

type Env = Readonly<Record<string, string | undefined>>;
type Warn = (message: string) => void;

/** Whoever started this process and wants to know how it does: systemd (Type=notify), or a container's health check. */
export interface Supervisor {
  /** The daemon runs; from the first time on it is told now and then that the process is alive. */
  ready(status: string): void;
  /** The daemon ends, to begin anew in the same process. */
  restarting(): void;
  /** The daemon ends for good; resolves when that is told. */
  stopping(): Promise<void>;
}

const HEARTBEAT_MS = 10_000;

/** Says nothing where nobody wants to know; `warn` gets what goes wrong, which is no reason to stop. */
export function findSupervisor(env: Env, warn: Warn): Supervisor {
  const { NOTIFY_SOCKET: socket, MOODSTAT_HEARTBEAT: file } = env;
  const supervisors = [
    ...(socket === undefined ? [] : [systemd(env, warn)]),
    ...(file === undefined ? [] : [heartbeat(file, warn)]),
  ];
  return {
    ready: (status) => {
      for (const supervisor of supervisors) supervisor.ready(status);
    },
    restarting: () => {
      for (const supervisor of supervisors) supervisor.restarting();
    },
    stopping: async () => {
      await Promise.all(supervisors.map((supervisor) => supervisor.stopping()));
    },
  };
}

/**
 * systemd is told by its own `systemd-notify`: Node has no datagram sockets of Unix, and a native module for them would
 * have to be compiled at each installation. What it sends comes from another process, so that the unit needs
 * `NotifyAccess=all`. Messages go one after the other: `STOPPING` never overtakes `READY`.
 */
function systemd(env: Env, warn: Warn): Supervisor {
  let sending = Promise.resolve();
  let alive: NodeJS.Timeout | undefined;
  const notify = (...assignments: string[]): Promise<void> => {
    const send = () =>
      new Promise<void>((resolve) => {
        execFile('systemd-notify', assignments, { env, timeout: HEARTBEAT_MS }, (error) => {
          if (error) warn(`systemd was not told ${assignments.join(' ')}: ${error.message}`);
          resolve();
        });
      });
    return (sending = sending.then(send));
  };
  const everyMs = watchdogMs(env);
  return {
    ready: (status) => {
      void notify('READY=1', `STATUS=${status}`);
      if (everyMs !== undefined) alive ??= setInterval(() => void notify('WATCHDOG=1'), everyMs);
    },
    // Not STOPPING: systemd would wait for the end of the process, and kill it.
    restarting: () => void notify('RELOADING=1', 'STATUS=restarting'),
    stopping: () => {
      clearInterval(alive);
      return notify('STOPPING=1', 'STATUS=stopping');
    },
  };
}

/** Half of what systemd waits for a sign of life (sd_watchdog_enabled(3)), undefined when it does not wait for ours. */
export function watchdogMs(env: Env): number | undefined {
  const { WATCHDOG_USEC: usec, WATCHDOG_PID: pid } = env;
  if (usec === undefined || (pid !== undefined && Number(pid) !== process.pid)) return undefined;
  return Number(usec) > 0 ? Number(usec) / 2 / 1000 : undefined;
}

/** Touches a file while the process is alive: whoever checks looks at its time, and needs neither network nor client. */
function heartbeat(path: string, warn: Warn): Supervisor {
  let alive: NodeJS.Timeout | undefined;
  const beat = async () => {
    try {
      await utimes(path, new Date(), new Date()).catch(() => writeFile(path, ''));
    } catch (error) {
      warn(`${path}: no heartbeat: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  return {
    ready: () => {
      void beat();
      alive ??= setInterval(() => void beat(), HEARTBEAT_MS);
    },
    restarting: () => undefined,
    stopping: () => {
      clearInterval(alive);
      return Promise.resolve();
    },
  };
}
