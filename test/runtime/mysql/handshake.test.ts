import net from 'node:net';
import { type HandshakeError, mysqlPing, mysqlTlsHandshake } from '../../../runtime/mysql/handshake';
import { frame } from '../../../runtime/mysql/packets';
import { error, greeting } from '../../double/replies';

const GREETING = {
  connectionId: 1,
  serverVersion: '8.0.11',
  scramble: Buffer.alloc(20, 'x'),
  plugin: 'mysql_native_password',
  offerTls: true,
};

describe('a handshake that fails', () => {
  let server: net.Server;
  let port: number;
  let sockets: net.Socket[];

  async function serve(behave: (socket: net.Socket) => void): Promise<void> {
    server = net.createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      behave(socket);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    port = (server.address() as net.AddressInfo).port;
  }

  async function close(): Promise<void> {
    sockets.forEach((socket) => socket.destroy());
    await new Promise((resolve) => server.close(resolve));
  }

  async function failure(timeoutMs = 5000): Promise<Pick<HandshakeError, 'failure' | 'message'>> {
    return await mysqlTlsHandshake({ host: '127.0.0.1', port, timeoutMs }).then(
      () => Promise.reject(new Error('it succeeded')),
      ({ failure, message }: HandshakeError) => ({ failure, message }),
    );
  }

  beforeEach(() => {
    sockets = [];
  });

  afterEach(async () => await close());

  it.each<[string, (socket: net.Socket) => void, HandshakeError['failure'], RegExp]>([
    [
      'has no TLS',
      (socket) => socket.write(frame(0, greeting({ ...GREETING, offerTls: false }))),
      'no-tls',
      /^127\.0\.0\.1:\d+ offers no TLS$/,
    ],
    [
      'has too many connections',
      (socket) => socket.end(frame(0, error(1040, '08004', 'Too many connections'))),
      'failed',
      /^127\.0\.0\.1:\d+: Too many connections \(error 1040\)$/,
    ],
    [
      'sends an error packet that is cut off',
      (socket) => socket.end(frame(0, Buffer.from([0xff]))),
      'failed',
      /\(error 0\)$/,
    ],
    [
      'speaks another protocol',
      (socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'),
      'failed',
      /the server does not speak the MySQL protocol$/,
    ],
    [
      'announces a greeting of megabytes',
      (socket) => socket.write(frame(0, Buffer.alloc(10_000_000))),
      'failed',
      /the server does not speak the MySQL protocol$/,
    ],
    [
      'sends packets of another protocol',
      (socket) => socket.write(frame(0, Buffer.from('hello, this is no greeting'))),
      'failed',
      /the server does not speak the MySQL protocol$/,
    ],
    [
      'sends an empty packet',
      (socket) => socket.write(frame(0, Buffer.alloc(0))),
      'failed',
      /does not speak the MySQL/,
    ],
    [
      'sends a greeting that lacks its end',
      (socket) => socket.write(frame(0, greeting(GREETING).subarray(0, 20))),
      'failed',
      /does not speak the MySQL/,
    ],
    [
      'leaves in the middle of a packet',
      (socket) => socket.end(frame(0, greeting(GREETING)).subarray(0, 20)),
      'failed',
      /closed the connection$/,
    ],
    [
      'leaves when TLS is asked for',
      (socket) => {
        socket.write(frame(0, greeting(GREETING)));
        socket.once('data', () => socket.end());
      },
      'failed',
      /^127\.0\.0\.1:\d+/,
    ],
    [
      'answers TLS with something else',
      (socket) => {
        socket.write(frame(0, greeting(GREETING)));
        socket.once('data', () => socket.write('this is no TLS record'));
      },
      'failed',
      /^127\.0\.0\.1:\d+: .*(wrong version number|SSL|packet length)/i,
    ],
  ])('since the server %s', async (_, behave, kind, message) => {
    await serve(behave);

    const failed = await failure();

    expect(failed.failure).toBe(kind);
    expect(failed.message).toMatch(message);
  });

  it.each<[string, (socket: net.Socket) => void]>([
    ['says nothing', () => undefined],
    ['stops in the middle of a packet', (socket) => socket.write(frame(0, greeting(GREETING)).subarray(0, 20))],
    ['does not go on with TLS', (socket) => socket.write(frame(0, greeting(GREETING)))],
  ])('at the deadline since the server %s', async (_, behave) => {
    await serve(behave);

    const failed = await failure(100);

    expect(failed.failure).toBe('unreachable');
    expect(failed.message).toMatch(/^127\.0\.0\.1:\d+ did not answer within 100 ms$/);
  });

  it('since nobody listens', async () => {
    await serve(() => undefined);
    await close();

    const failed = await failure();

    expect(failed.failure).toBe('unreachable');
    expect(failed.message).toMatch(/ECONNREFUSED/);
    await serve(() => undefined);
  });

  it('when only a greeting is asked for, too', async () => {
    await serve((socket) => socket.end(frame(0, error(1040, '08004', 'Too many connections'))));

    await expect(mysqlPing({ host: '127.0.0.1', port })).rejects.toThrow('Too many connections (error 1040)');
  });
});
