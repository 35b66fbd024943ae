import type { Frame } from '../src/capture/frame.ts';
import { loadOpenCv } from '../src/peers/opencv.ts';
import { PeerError } from '../src/peers/peer.ts';
import { loadTensorFlow } from '../src/peers/tensorflow.ts';
import type { EmotionScores } from '../src/vision/emotion.ts';
import type { Box } from '../src/vision/face.ts';
import { createObserver, strongestEmotion } from '../src/vision/observe-frame.ts';
import { loadEmotionClassifier } from '../src/vision/onnx-emotion-classifier.ts';
import { loadFaceDetector } from '../src/vision/onnx-face-detector.ts';
import { cpuMs } from './cpu-clock.ts';
import { demoFrames, type ShownFrame } from './demo-frames.ts';
import { digits, type Measurement } from './measurement.ts';
import { EMOTION_MODEL, FACE_MODEL } from './models-alone.ts';
import { comparePreparing } from './preparing.ts';
import { loadReportNet, ReportLoop, UNTRAINED } from './report-loop.ts';

/** A pipeline under test: frame in, faces with their scores out. */
type Look = (frame: Frame) => Promise<readonly { readonly box: Box; readonly scores: EmotionScores }[]>;

/** The original report's loop beside the default pipeline, on the same frames of the demo clip, one thread each. */
export const report: Measurement = {
  name: 'report',
  title: "the report's loop (Haar 1.3/5, its network by TensorFlow.js) beside the default pipeline, demo clip",
  async run({ reportModel }) {
    const theirs = await openReportLoop(reportModel);
    if ('missing' in theirs)
      return { figures: { skipped: theirs.missing }, rows: [], notes: [`skipped: ${theirs.missing}`] };
    const clip: ShownFrame[] = [];
    for await (const shown of demoFrames()) clip.push(shown);
    const detector = await loadFaceDetector(FACE_MODEL);
    const classifier = await loadEmotionClassifier(EMOTION_MODEL);
    const observe = createObserver(detector, classifier);
    const ours = await measure(clip, async (frame) => (await observe(frame)).faces);
    const loop = await measure(clip, (frame) => theirs.loop.look(frame));
    await Promise.all([detector.close(), classifier.close()]);
    const preparing = await comparePreparing(theirs.cv);
    const ratio = loop.cpuMs / ours.cpuMs;
    const row = (pipeline: string, figures: typeof ours) => ({
      pipeline,
      'CPU ms a frame': digits(figures.cpuMs),
      'face found %': digits(figures.found * 100, 1),
      'right emotion %': digits(figures.right * 100, 1),
      'faces in an empty room': figures.ghosts,
    });
    return {
      figures: { default: ours, report: loop, ratio, trained: reportModel !== undefined, preparing },
      rows: [row('default', ours), row("report's loop", loop)],
      notes: [
        `the report's loop takes ${digits(ratio, 1)} times the CPU time of the default pipeline; ${theirs.runsOn}`,
        'face found, right emotion: of the frames in which the clip shows a face that holds an expression; without smoothing',
        `to fit a frame into the detector's input takes moodstat ${digits(preparing.fitFrame.moodstat, 3)} ms, OpenCV ${digits(preparing.fitFrame.openCv, 3)} ms`,
        `to cut out a face takes moodstat ${digits(preparing.cropFace.moodstat, 3)} ms, OpenCV, in whole px, ${digits(preparing.cropFace.openCv, 3)} ms`,
        ...(reportModel === undefined ? [UNTRAINED.replace('--model', '--report-model')] : []),
      ],
    };
  },
};

async function openReportLoop(model: string | undefined) {
  try {
    const cv = loadOpenCv();
    cv.setNumThreads(1);
    const { tf, runsOn } = await loadTensorFlow(1);
    return { cv, loop: new ReportLoop(cv, tf, await loadReportNet(tf, model)), runsOn };
  } catch (error) {
    if (error instanceof PeerError) return { missing: error.message };
    throw error;
  }
}

async function measure(clip: readonly ShownFrame[], look: Look) {
  for (const { frame } of clip.slice(0, 10)) await look(frame);
  const counts = { shown: 0, found: 0, right: 0, ghosts: 0 };
  const startMs = cpuMs();
  for (const { frame, emotion } of clip) {
    const faces = [...(await look(frame))].sort((a, b) => b.box.width - a.box.width);
    if (emotion === null) counts.ghosts += faces.length;
    if (emotion === null || emotion === undefined) continue;
    counts.shown++;
    if (faces[0] === undefined) continue;
    counts.found++;
    if (strongestEmotion(faces[0].scores) === emotion) counts.right++;
  }
  return {
    cpuMs: (cpuMs() - startMs) / clip.length,
    frames: clip.length,
    shown: counts.shown,
    found: counts.found / counts.shown,
    right: counts.right / counts.shown,
    ghosts: counts.ghosts,
  };
}
