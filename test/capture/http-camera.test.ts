import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { firstValueFrom, lastValueFrom, take, toArray } from 'rxjs';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { CAMERA_DEFAULTS, type CameraSettings, type HttpSettings } from '../../src/capture/camera-settings.ts';
import { httpCamera } from '../../src/capture/http-camera.ts';
import { CameraServer, jpeg, streamMjpeg } from './camera-server.ts';

const picture = await jpeg(64, 48);
let server: CameraServer | undefined;

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function serve(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<CameraServer> {
  server = await new CameraServer(answer).start();
  return server;
}

function settings(source: string, http: Partial<HttpSettings> = {}): CameraSettings {
  return { ...CAMERA_DEFAULTS, source, fps: 50, http: { ...CAMERA_DEFAULTS.http, ...http } };
}

const asPicture = (response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'image/jpeg' }).end(picture);
};

describe('httpCamera', () => {
  it('asks once for a stream and again and again for snapshots, as the first answer says', async () => {
    const { url, requests } = await serve((request, response) => {
      if (request.url === '/stream') streamMjpeg(response, picture, 50);
      else asPicture(response);
    }).then((started) => ({ url: (path: string) => started.url(path), requests: started.requests }));
    await firstValueFrom(httpCamera('c', settings(url('/stream'))).frames$.pipe(take(3), toArray()));
    expect(requests).toHaveLength(1);
    await firstValueFrom(httpCamera('c', settings(url('/picture'))).frames$.pipe(take(3), toArray()));
    // At least one a frame; a slow reader lets more than that go by.
    expect(requests.length).toBeGreaterThanOrEqual(4);
  });

  it('believes the mode rather than the content type when it is given', async () => {
    const { url } = await serve((_, response) => {
      streamMjpeg(response, picture);
      // Cameras exist that call their stream plain text.
    }).then((started) => ({ url: started.url('/') }));
    expect((await firstValueFrom(httpCamera('c', settings(url, { mode: 'mjpeg' })).frames$)).width).toBe(64);
  });

  it('skips and reports broken pictures', async () => {
    let answers = 0;
    const started = await serve((_, response) => {
      if (answers++ % 2 === 0) asPicture(response);
      else response.writeHead(200, { 'content-type': 'image/jpeg' }).end(picture.subarray(0, 200));
    });
    const skipped: string[] = [];
    const frames$ = httpCamera('c', settings(started.url('/', 'u:secret@')), {
      onSkipped: (reason) => skipped.push(reason),
    }).frames$;
    const frames = await firstValueFrom(frames$.pipe(take(3), toArray()));
    expect(frames.map(({ index }) => index)).toEqual([0, 2, 4]);
    expect(skipped).toHaveLength(2);
    expect(skipped[0]).toMatch(/^http:\/\/\*\*\*@127.*cannot be decoded/);
  });

  it('gives up when nothing can be decoded', async () => {
    const started = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'image/jpeg' }).end('no picture');
    });
    await expect(firstValueFrom(httpCamera('c', settings(started.url())).frames$)).rejects.toMatchObject({
      code: 'unreadable',
      message: expect.stringContaining('25 broken pictures in a row') as string,
    });
  });

  it.each([
    ['Basic', 'Basic realm="cam"', /^Basic YWRtaW46cEBzcw==$/],
    ['Digest', 'Digest realm="cam", nonce="n", qop="auth"', /^Digest username="admin", realm="cam"/],
  ])('answers a %s challenge with the user and password of the URL', async (_, challenge, answer) => {
    const started = await serve((request, response) => {
      if (answer.test(request.headers.authorization ?? '')) asPicture(response);
      else response.writeHead(401, { 'www-authenticate': challenge }).end();
    });
    const frames$ = httpCamera('c', settings(started.url('/x', 'admin:p%40ss@'))).frames$;
    expect((await firstValueFrom(frames$)).height).toBe(48);
  });

  it('sends the headers of its settings', async () => {
    const started = await serve((_, response) => {
      asPicture(response);
    });
    await firstValueFrom(httpCamera('c', settings(started.url(), { headers: { 'x-token': 't' } })).frames$);
    expect(started.requests[0]?.headers['x-token']).toBe('t');
  });

  it('follows redirects, but not for ever, and takes no password to another host', async () => {
    const other = await new CameraServer((_, response) => {
      asPicture(response);
    }).start();
    const started = await serve((request, response) => {
      const location = request.url === '/away' ? other.url('/') : '/again';
      response.writeHead(302, { location }).end();
    });
    const away = settings(started.url('/away', 'u:p@'), { headers: { 'x-token': 't' } });
    await firstValueFrom(httpCamera('c', away).frames$);
    expect(other.requests[0]?.headers).not.toHaveProperty('authorization');
    expect(other.requests[0]?.headers).not.toHaveProperty('x-token');
    await other.stop();
    await expect(firstValueFrom(httpCamera('c', settings(started.url())).frames$)).rejects.toThrow('302');
    expect(started.requests.length).toBeLessThan(8);
  });

  it.each([
    [401, 'refused', /401 .*check the user and password/],
    [403, 'refused', /403/],
    [404, 'not-found', /404 .*check the path/],
    [500, 'lost', /500/],
  ])('explains status %d', async (status, code, message) => {
    const started = await serve((_, response) => {
      response.writeHead(status).end();
    });
    const frames$ = httpCamera('c', settings(started.url('/', 'u:secret@'))).frames$;
    const error: unknown = await firstValueFrom(frames$).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'CameraError', code, message: expect.stringMatching(message) as string });
    expect(String(error)).not.toContain('secret');
  });

  it('says what an address answers that shows no pictures', async () => {
    const started = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>');
    });
    await expect(firstValueFrom(httpCamera('c', settings(started.url())).frames$)).rejects.toMatchObject({
      code: 'unreadable',
      message: expect.stringContaining('text/html') as string,
    });
  });

  it.each([
    ['that does not answer', (): void => undefined],
    [
      'that stops within a picture',
      (_: IncomingMessage, response: ServerResponse): void => {
        response.writeHead(200, { 'content-type': 'image/jpeg', 'content-length': '1000' }).write('x');
      },
    ],
  ])('does not wait for ever for a camera %s', async (_, answer) => {
    const started = await serve(answer);
    const frames$ = httpCamera('c', settings(started.url(), { timeoutMs: 100 })).frames$;
    await expect(firstValueFrom(frames$)).rejects.toMatchObject({ code: 'lost' });
    await vi.waitFor(async () => {
      expect(await started.connections()).toBe(0);
    });
  });

  it('is lost when the camera ends its stream', async () => {
    const started = await serve((_, response) => {
      streamMjpeg(response, picture);
      response.end();
    });
    await expect(lastValueFrom(httpCamera('c', settings(started.url())).frames$)).rejects.toMatchObject({
      code: 'lost',
    });
  });

  it('says that nobody is there', async () => {
    const nobody = createServer().listen(0, '127.0.0.1');
    await once(nobody, 'listening');
    const { port } = nobody.address() as AddressInfo;
    nobody.close();
    await once(nobody, 'close');
    await expect(firstValueFrom(httpCamera('c', settings(`http://127.0.0.1:${port}/`)).frames$)).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringContaining('is the camera on') as string,
    });
  });
});
