import { createRequire } from 'node:module';

/** What moodstat can work with but does not bring: optional peer dependencies of package.json. */
export type Peer = '@u4/opencv4nodejs' | '@tensorflow/tfjs-node' | '@tensorflow/tfjs' | '@tensorflow/tfjs-backend-wasm';

const require = createRequire(import.meta.url);

/** `--save-dev`, because npm passes over a package that it knows as an optional peer; `--no-save` leaves package.json alone. */
const npmInstall = (...peers: Peer[]) => `npm install --no-save --save-dev ${peers.join(' ')}`;

/** The lines that install OpenCV's bindings (against Debian's OpenCV), and TensorFlow.js in its two forms. */
export const INSTALL = {
  opencv: `sudo apt install g++ make libopencv-dev && OPENCV4NODEJS_DISABLE_AUTOBUILD=1 ${npmInstall('@u4/opencv4nodejs')}`,
  tfjsNode: npmInstall('@tensorflow/tfjs-node'),
  tfjsWasm: npmInstall('@tensorflow/tfjs', '@tensorflow/tfjs-backend-wasm'),
} as const;

/** A package that is configured and cannot be used. The message is one line and says what to do. */
export class PeerError extends Error {
  readonly code: 'missing' | 'broken';

  constructor(code: 'missing' | 'broken', message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'PeerError';
    this.code = code;
  }
}

/** Whether a package is installed where moodstat finds it; it is not loaded, so it may yet turn out to be broken. */
export function isInstalled(peer: Peer): boolean {
  try {
    require.resolve(peer);
    return true;
  } catch {
    return false;
  }
}

/** Loads a package, all of which are CommonJS. Throws a `PeerError` that names `install`, its install line. */
export function requirePeer(peer: Peer, install: string): unknown {
  if (!isInstalled(peer)) throw new PeerError('missing', `${peer} is not installed; install it: ${install}`);
  try {
    return require(peer);
  } catch (cause) {
    const reason = (cause instanceof Error ? cause.message : String(cause)).trim().split('\n', 1)[0]!;
    const message = `${peer} is installed but cannot be loaded (${reason}); is a library of its missing, or was it built for another Node.js? Build it anew: npm rebuild ${peer}`;
    throw new PeerError('broken', message, { cause });
  }
}
