import type { CameraConfig, MoodstatConfig } from './resolve-config.ts';

const HIDDEN = '***';

/**
 * A copy without secrets, for logs and `bridge/info`: no passwords, nothing of an address that may hold one, no header
 * values, no values of ffmpeg arguments, and not where the home is.
 */
export function redactConfig(config: MoodstatConfig): MoodstatConfig {
  const { mqtt, web } = config;
  return {
    ...config,
    location: undefined,
    mqtt: {
      ...mqtt,
      url: redactUrl(mqtt.url),
      username: mqtt.username === undefined ? undefined : HIDDEN,
      password: mqtt.password === undefined ? undefined : HIDDEN,
      ca: mqtt.ca === undefined ? undefined : HIDDEN,
    },
    web: {
      ...web,
      password: web.password === undefined ? undefined : HIDDEN,
      token: web.token === undefined ? undefined : HIDDEN,
    },
    cameras: config.cameras.map(redactCamera),
  };
}

function redactCamera(camera: CameraConfig): CameraConfig {
  const { source, ffmpeg, http } = camera;
  return {
    ...camera,
    source: { ...source, location: redactUrl(source.location) },
    ffmpeg: {
      ...ffmpeg,
      hwaccelArgs: redactArgs(ffmpeg.hwaccelArgs),
      inputArgs: redactArgs(ffmpeg.inputArgs),
      outputArgs: redactArgs(ffmpeg.outputArgs),
    },
    http: { ...http, headers: Object.fromEntries(Object.keys(http.headers).map((name) => [name, HIDDEN])) },
  };
}

/**
 * An address down to its scheme, host and port: many cameras take the password in the query, some in the path. What is
 * no address stays as it is.
 */
export function redactUrl(url: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(url)) return url;
  if (!URL.canParse(url)) return HIDDEN;
  const { protocol, host, pathname, search } = new URL(url);
  return `${protocol}//${host}${pathname.length > 1 || search !== '' ? `/${HIDDEN}` : ''}`;
}

/** Names of options show, their values do not: `-headers` may carry a password as well as `-timeout` a number. */
function redactArgs(args: readonly string[]): string[] {
  return args.map((arg) => (/^-[a-z_]+(:[a-z0-9:]+)?$/i.test(arg) ? arg : HIDDEN));
}
