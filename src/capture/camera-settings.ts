/** How one camera is read; every path is absolute or relative to the working directory. */
export interface CameraSettings {
  /** `rtsp://…` (or another scheme of ffmpeg's), `http(s)://…`, `/dev/video0`, a file, a folder of pictures, or `demo`. */
  readonly source: string;
  /** Frames a second that are wanted at most; pictures of a folder are shown at this rate. */
  readonly fps: number;
  /** Wider frames are scaled down to this many px; smaller ones stay as they are. */
  readonly widthPx: number;
  /** Whether files and folders start again at their end; without it they complete. */
  readonly loop?: boolean;
  /** A camera that shows nothing for this long is opened again. */
  readonly stallTimeoutMs: number;
  /** What reads streams, devices and clips: an ffmpeg process, or OpenCV where it is installed. */
  readonly capture: 'ffmpeg' | 'opencv';
  readonly ffmpeg: FfmpegSettings;
  readonly http: HttpSettings;
}

/** ffmpeg's arguments in the groups that Frigate's users know; each is passed on as it stands, before or after `-i`. */
export interface FfmpegSettings {
  /** The program: a path, or a name to look for in PATH. */
  readonly path: string;
  /** Before the input, for example `-hwaccel vaapi`. */
  readonly hwaccelArgs: readonly string[];
  /** Before the input; when empty, what suits the source (RTSP over TCP, V4L2's format). */
  readonly inputArgs: readonly string[];
  /** After our own output options, so that a `-vf` here replaces ours. */
  readonly outputArgs: readonly string[];
}

export interface HttpSettings {
  /** `auto` looks at the content type of the first answer. */
  readonly mode: 'auto' | 'mjpeg' | 'snapshot';
  /** For the head of an answer, and for a whole snapshot. */
  readonly timeoutMs: number;
  /** Sent with every request, for example a token. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a camera is read with unless it is told otherwise. */
export const CAMERA_DEFAULTS: Omit<CameraSettings, 'source'> = {
  fps: 5,
  widthPx: 640,
  stallTimeoutMs: 15_000,
  capture: 'ffmpeg',
  ffmpeg: { path: 'ffmpeg', hwaccelArgs: [], inputArgs: [], outputArgs: [] },
  http: { mode: 'auto', timeoutMs: 10_000 },
};
