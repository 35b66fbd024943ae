import { describe, expect, it } from 'vitest';
import { explainEnd, explainSpawnFailure } from '../../src/capture/explain-ffmpeg.ts';

const source = 'rtsp://admin:secret@10.0.0.3/stream';
const end = { source, exitCode: 1, signal: null, frames: 0 };

describe('explainEnd', () => {
  it.each([
    [
      'refused',
      [`[tcp @ 0x5581] Connection to tcp://10.0.0.3:554 failed: Connection refused`, `${source}: Connection refused`],
    ],
    [
      'refused',
      [`[rtsp @ 0x5581] method DESCRIBE failed: 401 Unauthorized`, `${source}: Server returned 401 Unauthorized`],
    ],
    ['not-found', [`${source}: Server returned 404 Not Found`]],
    ['lost', [`${source}: Connection timed out`]],
    ['lost', [`${source}: No route to host`]],
    ['unreadable', [`Unrecognized option 'hwacel'.`, 'Error splitting the argument list: Option not found']],
    ['unreadable', [`${source}: Invalid data found when processing input`]],
    ['unreadable', []],
  ])('is %s for %j', (code, lastLines) => {
    const error = explainEnd({ ...end, lastLines });
    expect(error.code).toBe(code);
    expect(error.message).not.toContain('secret');
    expect(error.message).not.toContain('\n');
    expect(error.message).toMatch(/^rtsp:\/\/\*\*\*@10\.0\.0\.3\/stream: ffmpeg.*; /);
  });

  it('quotes the line that explains it, without its prefix', () => {
    const lastLines = ['[in#0 @ 0x55d0c8] [error] /dev/video0: Device or resource busy', 'Conversion failed!'];
    expect(explainEnd({ ...end, source: '/dev/video0', lastLines }).message).toBe(
      '/dev/video0: ffmpeg: Device or resource busy; another program has the camera open',
    );
  });

  it('is a loss when there were frames, or when something killed it', () => {
    expect(explainEnd({ ...end, frames: 9, exitCode: 0, lastLines: [] })).toMatchObject({ code: 'lost' });
    expect(explainEnd({ ...end, exitCode: null, signal: 'SIGKILL', lastLines: [] })).toMatchObject({
      code: 'lost',
      message: 'rtsp://***@10.0.0.3/stream: ffmpeg ended by SIGKILL; is this a video that ffmpeg can read?',
    });
  });
});

describe('explainSpawnFailure', () => {
  it.each([
    ['ENOENT', /not installed.*apt install ffmpeg/],
    ['EACCES', /cannot be started.*EACCES.*ffmpeg\.path/],
  ])('says what to do about %s', (code, message) => {
    const error = explainSpawnFailure('/opt/ffmpeg', Object.assign(new Error('spawn'), { code }));
    expect(error).toMatchObject({ code: 'tool-missing' });
    expect(error.message).toMatch(message);
    expect(error.message).toContain('/opt/ffmpeg');
  });
});
