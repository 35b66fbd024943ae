import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import pino from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { DEMO_CLIP } from '../src/capture/demo-camera.ts';
import { loadConfig } from '../src/config/load-config.ts';
import { startDaemon } from '../src/daemon.ts';
import { HAS_FFMPEG } from './capture/real-ffmpeg.ts';
import { freePort } from './fakes/free-port.ts';
import { TopicRecorder } from './fakes/topic-recorder.ts';
import { OPENCV } from './peers/opencv-available.ts';

/** Of the demo: a neutral face becomes a happy one. */
const SECONDS = '10';

describe.skipIf(!OPENCV || !HAS_FFMPEG)('the daemon with OpenCV and TensorFlow.js in one configuration', () => {
  it('goes from a clip to a mood on its topic', { timeout: 120_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'moodstat-optional-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    await promisify(execFile)('ffmpeg', [
      ...['-v', 'error', '-f', 'mjpeg', '-framerate', '6', '-i', fileURLToPath(new URL('clip.mjpeg', DEMO_CLIP))],
      ...['-t', SECONDS, '-c:v', 'mpeg4', '-q:v', '3', join(folder, 'evening.mkv')],
    ]);
    const port = await freePort();
    await writeFile(
      join(folder, 'moodstat.yaml'),
      [
        `broker: { port: ${port} }`,
        'cameras:',
        '  living: { source: evening.mkv, capture: opencv }',
        'vision: { detector: haar, engine: tensorflow }',
      ].join('\n'),
    );
    const { config, faults } = await loadConfig(join(folder, 'moodstat.yaml'), {});
    expect(faults).toEqual([]);
    const lines: string[] = [];
    const log = pino({}, { write: (line) => void lines.push(line) });
    const stateFile = join(folder, 'state.json');
    const daemon = await startDaemon({ config, rules: [], log, version: '0.0.0-test', stateFile });
    onTestFinished(() => daemon.stop());
    expect(lines).toContainEqual(expect.stringMatching(/emotions are read by TensorFlow\.js 4\./));

    const recorder = await TopicRecorder.listen(`mqtt://127.0.0.1:${port}`, 'home/emotion/#');
    onTestFinished(() => recorder.end());
    const happy = await recorder.heard(
      ({ topic, payload }) => topic === 'home/emotion/living' && payload.includes('"mood":"happy"'),
    );
    expect(JSON.parse(happy.payload)).toMatchObject({ mood: 'happy', faces: 1 });
  });
});
