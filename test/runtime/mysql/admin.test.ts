import { once } from 'node:events';
import net from 'node:net';
import { AdminLoginRefusedError, withAdmin } from '../../../runtime/mysql/admin';
import { frame } from '../../../runtime/mysql/packets';
import { error, greeting } from '../../double/replies';

it('closes a connection that was not let in, though the server leaves it open', async () => {
  const server = net.createServer((socket) => {
    const fields = { connectionId: 1, serverVersion: '8.0.11', plugin: 'mysql_native_password', offerTls: false };
    socket.write(frame(0, greeting({ ...fields, scramble: Buffer.alloc(20, 'x') })));
    socket.once('data', () => socket.write(frame(2, error(1045, '28000', 'Access denied'))));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const connected = once(server, 'connection');
  const { port } = server.address() as net.AddressInfo;

  const attempt = withAdmin({ port, username: 'cluster', password: 'wrong' }, async () => await Promise.resolve());

  const [socket] = (await connected) as [net.Socket];
  const ended = once(socket, 'end').then(() => 'ended');
  await expect(attempt).rejects.toThrow(AdminLoginRefusedError);
  // Whoever comes next comes after that.
  const next = once(server, 'connection').then(() => 'still open');
  const other = net.connect({ port, host: '127.0.0.1' });
  const first = await Promise.race([ended, next]);
  [socket, other].forEach((each) => each.destroy());
  server.close();
  expect(first).toBe('ended');
});
