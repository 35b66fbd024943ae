import { access, constants, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';

/** A video device of this machine. */
export interface FoundDevice {
  /** As a camera's `source` names it. */
  readonly source: string;
  /** As its driver calls it. */
  readonly title: string;
  /** Whether this user may open it. */
  readonly readable: boolean;
}

/** Where Linux lists them, and where they are opened; other folders in tests. */
const PLACES: Readonly<Record<'list' | 'devices', string>> = { list: '/sys/class/video4linux', devices: '/dev' };

/**
 * The cameras that V4L2 knows, in their order; none on systems without it. Each has several device nodes: the first (index 0)
 * gives pictures, the others metadata (Linux, Documentation/ABI/testing/sysfs-class-video4linux).
 */
export async function findDevices({ list, devices } = PLACES): Promise<FoundDevice[]> {
  const names = await readdir(list).catch(() => []);
  const found = await Promise.all(
    names
      .filter((name) => /^video\d+$/.test(name))
      .sort((a, b) => Number(a.slice(5)) - Number(b.slice(5)))
      .map(async (name) => {
        const read = (what: string) =>
          readFile(path.join(list, name, what), 'utf8').then(
            (text) => text.trim(),
            () => undefined,
          );
        const [title, index] = await Promise.all([read('name'), read('index')]);
        if (index !== undefined && index !== '0') return [];
        const source = path.join(devices, name);
        const readable = await access(source, constants.R_OK | constants.W_OK).then(
          () => true,
          () => false,
        );
        return [{ source, title: title ?? name, readable }];
      }),
  );
  return found.flat();
}
