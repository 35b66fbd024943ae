import { loadOpenCv, type OpenCv } from '../../src/peers/opencv.ts';
import { available } from './available.ts';

export const OPENCV: OpenCv | undefined = available('OpenCV', 'MOODSTAT_NO_OPENCV', loadOpenCv);
