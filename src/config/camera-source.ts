/** Where frames come from, as far as the text tells; whether a path is a file or a folder only the disk knows. */
export interface CameraSource {
  readonly kind: 'rtsp' | 'http' | 'device' | 'path' | 'demo';
  /** The address, or the path; it may hold a user and password. */
  readonly location: string;
}

/** Reads a `source`; gives a text that says what is wrong when it cannot be one. */
export function parseSource(source: string): CameraSource | string {
  const location = source.trim();
  if (location === '') return 'expected a source, found an empty text';
  if (location === 'demo') return { kind: 'demo', location };
  if (/^\/dev\/./.test(location)) return { kind: 'device', location };
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(location)?.[1]?.toLowerCase();
  if (scheme === undefined) return location.includes('\0') ? 'a path cannot hold U+0000' : { kind: 'path', location };
  const kind = { rtsp: 'rtsp', rtsps: 'rtsp', http: 'http', https: 'http' }[scheme] as 'rtsp' | 'http' | undefined;
  if (!kind)
    return `cannot read ${scheme}:// sources; use rtsp://, rtsps://, http://, https://, /dev/videoN, a path or demo`;
  if (!URL.canParse(location) || new URL(location).hostname === '') {
    return 'not a valid address; in a user or password write special characters as %XX (# is %23, @ is %40, / is %2F)';
  }
  return { kind, location };
}
