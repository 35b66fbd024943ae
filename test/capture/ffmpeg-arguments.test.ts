import { describe, expect, it } from 'vitest';
import { CAMERA_DEFAULTS, type CameraSettings } from '../../src/capture/camera-settings.ts';
import { cameraArguments } from '../../src/capture/ffmpeg-arguments.ts';

function line(source: string, changes: Partial<CameraSettings> = {}): string {
  return cameraArguments({ ...CAMERA_DEFAULTS, source, ...changes }).join(' ');
}

describe('cameraArguments', () => {
  it.each([
    ['rtsp://cam/1', '-rtsp_transport tcp -use_wallclock_as_timestamps 1 -i rtsp://cam/1 -an'],
    ['srt://cam:9000', '-loglevel error -i srt://cam:9000 -an'],
    ['/dev/video0', '-f v4l2 -i /dev/video0 -an'],
    ['/media/a:b.mkv', '-re -stream_loop 0 -i file:/media/a:b.mkv -an'],
  ])('opens %s as it needs to be', (source, part) => {
    expect(line(source)).toContain(part);
  });

  it('limits rate and width in ffmpeg and writes PPM to standard output', () => {
    const expected = "-vf fps=2.5,scale='min(320,iw)':-2 -c:v ppm -f image2pipe pipe:1";
    expect(line('/dev/video0', { fps: 2.5, widthPx: 320 })).toContain(expected);
  });

  it("puts the user's arguments where ffmpeg expects them", () => {
    const ffmpeg = {
      path: 'ffmpeg',
      hwaccelArgs: ['-hwaccel', 'vaapi'],
      inputArgs: ['-rtsp_transport', 'udp'],
      outputArgs: ['-vf', 'fps=1'],
    };
    const args = line('rtsp://cam/1', { ffmpeg });
    expect(args).toContain('-hwaccel vaapi -rtsp_transport udp -i rtsp://cam/1');
    expect(args).not.toContain('tcp');
    expect(args).toMatch(/-vf fps=1 -c:v ppm/);
  });

  it('plays a file again and again when it loops', () => {
    expect(line('clip.mkv', { loop: true })).toContain('-stream_loop -1');
  });
});
