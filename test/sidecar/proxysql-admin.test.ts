import net from 'node:net';
import { type AdminAccount } from '../../sidecar/admin-accounts';
import { ProxySqlAdmin } from '../../sidecar/proxysql-admin';
import { type Answer, Connection } from '../double/connection';

const account = (password: string): AdminAccount => ({ username: 'cluster', password });

describe('ProxySqlAdmin', () => {
  let server: net.Server;
  let tried: number;
  let answer: Answer;
  let known: AdminAccount[];
  let letIn: AdminAccount[];
  let admin: ProxySqlAdmin;

  beforeEach(async () => {
    tried = 0;
    answer = { ok: true };
    server = net.createServer((socket) => {
      tried += 1;
      const port = {
        serverVersion: '8.0.11',
        plugin: 'mysql_native_password' as const,
        tls: () => undefined,
        findUser: (username: string) =>
          username === 'cluster' ? { username, password: 'started-with', useSsl: false } : undefined,
        answer: () => answer,
      };
      new Connection(socket, port, 1).run().catch(() => socket.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    known = [account('started-with')];
    letIn = [];
    admin = new ProxySqlAdmin({
      port: (server.address() as net.AddressInfo).port,
      accounts: {
        list: () => known,
        letIn: async (one) => await Promise.resolve(void letIn.push(one)),
      },
    });
  });

  afterEach(async () => await new Promise((resolve) => server.close(resolve)));

  it('tries the accounts in turn, and tells which one was let in', async () => {
    known = [account('newest'), account('started-with'), account('older')];

    await admin.reloadTls();

    expect(letIn).toEqual([account('started-with')]);
    expect(tried).toBe(2);
  });

  it('tells it although the command fails then', async () => {
    answer = { error: 'ProxySQL Admin Error: Unable to use SSL key' };

    await expect(admin.reloadTls()).rejects.toThrow('Unable to use SSL key');

    expect(letIn).toEqual([account('started-with')]);
  });
});
