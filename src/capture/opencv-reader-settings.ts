import type { CameraSettings } from './camera-settings.ts';

/** What the reader is told on its standard input. */
export type OpenCvReaderSettings = Pick<CameraSettings, 'source' | 'fps' | 'widthPx'> & { readonly loop: boolean };

/** The reader's exit code when the package is not there or does not load; its last line says what to do. */
export const OPENCV_MISSING = 3;
