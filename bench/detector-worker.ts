import { parentPort } from 'node:worker_threads';
import type { Frame } from '../src/capture/frame.ts';
import { loadFaceDetector } from '../src/vision/onnx-face-detector.ts';
import { FACE_MODEL } from './models-alone.ts';

// The other side of `threads.ts`: finds the faces of each frame that it is sent.
const detector = await loadFaceDetector(FACE_MODEL);
parentPort!.on('message', (frame: Frame) => {
  void detector.detect(frame).then((faces) => {
    parentPort!.postMessage(faces);
  });
});
parentPort!.postMessage('ready');
