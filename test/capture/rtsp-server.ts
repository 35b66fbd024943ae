import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';

const TS_PACKETS_IN_RTP = 7 * 188;
const SDP = [
  'v=0',
  'o=- 0 0 IN IP4 127.0.0.1',
  's=test',
  'c=IN IP4 0.0.0.0',
  't=0 0',
  'm=video 0 RTP/AVP 33',
  'a=rtpmap:33 MP2T/90000',
  'a=control:track0',
  '',
].join('\r\n');

/**
 * As much of an RTSP server (RFC 2326) as a camera has: one MPEG transport stream over interleaved TCP (RFC 2250), to
 * whoever knows the password. Plays its clip once and closes.
 */
export class RtspServer {
  readonly #server: Server;
  /** The methods asked for, in order. */
  readonly methods: string[] = [];

  constructor(clip: () => Promise<Buffer>, password: string) {
    const authorization = `Basic ${Buffer.from(`admin:${password}`).toString('base64')}`;
    this.#server = createServer((socket) => {
      socket.on('error', () => undefined);
      let text = '';
      socket.on('data', (chunk) => {
        text += chunk.toString('latin1');
        for (let end = text.indexOf('\r\n\r\n'); end !== -1; end = text.indexOf('\r\n\r\n')) {
          this.#answer(socket, text.slice(0, end), clip, authorization);
          text = text.slice(end + 4);
        }
      });
    });
  }

  async start(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return this;
  }

  url(credentials: string, path = '/live'): string {
    return `rtsp://${credentials}@127.0.0.1:${(this.#server.address() as AddressInfo).port}${path}`;
  }

  stop(): void {
    this.#server.close();
  }

  #answer(socket: Socket, request: string, clip: () => Promise<Buffer>, authorization: string): void {
    const [method = '', url = ''] = request.split(' ', 2);
    this.methods.push(method);
    const sequence = /^CSeq:\s*(\d+)/im.exec(request)?.[1] ?? '0';
    const reply = (status: string, headers: readonly string[] = [], body = ''): void => {
      const lines = [`RTSP/1.0 ${status}`, `CSeq: ${sequence}`, ...headers];
      if (body !== '') lines.push('Content-Type: application/sdp', `Content-Length: ${body.length}`);
      socket.write(`${lines.join('\r\n')}\r\n\r\n${body}`);
    };
    if (method === 'OPTIONS') reply('200 OK', ['Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN']);
    else if (!request.includes(`Authorization: ${authorization}`)) {
      reply('401 Unauthorized', ['WWW-Authenticate: Basic realm="camera"']);
    } else if (!url.includes('/live')) reply('404 Stream Not Found');
    else if (method === 'DESCRIBE') reply('200 OK', [`Content-Base: ${url}/`], SDP);
    else if (method === 'SETUP') {
      reply('200 OK', ['Transport: RTP/AVP/TCP;unicast;interleaved=0-1', 'Session: 1']);
    } else {
      reply('200 OK', ['Session: 1']);
      if (method === 'PLAY') {
        void clip().then((bytes) => {
          sendRtp(socket, bytes);
        });
      }
    }
  }
}

function sendRtp(socket: Socket, stream: Buffer): void {
  for (let at = 0, sequence = 0; at < stream.length; at += TS_PACKETS_IN_RTP, sequence++) {
    const payload = stream.subarray(at, at + TS_PACKETS_IN_RTP);
    const head = Buffer.alloc(16);
    head.write('$', 0, 'latin1');
    head.writeUInt16BE(12 + payload.length, 2);
    head.writeUInt8(0x80, 4);
    head.writeUInt8(33, 5);
    head.writeUInt16BE(sequence & 0xffff, 6);
    head.writeUInt32BE(sequence * 90, 8);
    head.writeUInt32BE(1, 12);
    socket.write(Buffer.concat([head, payload]));
  }
  socket.end();
}
