import net from 'node:net';
import { AdminCommandError, AdminLoginRefusedError, AdminUnavailableError } from '../../runtime/mysql/admin';
import { type AdminAccount } from '../../sidecar/admin-accounts';
import { ProxySqlAdmin } from '../../sidecar/proxysql-admin';
import { type Answer, Connection } from '../double/connection';

const account = (password: string): AdminAccount => ({ username: 'cluster', password });

describe('ProxySqlAdmin', () => {
  let server: net.Server;
  let tried: number;
  let silent: boolean;
  let answer: Answer;
  let known: AdminAccount[];
  let letIn: AdminAccount[];
  let admin: ProxySqlAdmin;

  beforeEach(async () => {
    tried = 0;
    silent = false;
    answer = { ok: true };
    server = net.createServer((socket) => {
      tried += 1;
      if (silent) {
        return;
      }
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

    const failure: unknown = await admin.reloadTls().catch((error: unknown) => error);

    expect(failure).toEqual(new AdminCommandError('ProxySQL Admin Error: Unable to use SSL key'));
    expect(failure).toBeInstanceOf(AdminCommandError);
    expect(letIn).toEqual([account('started-with')]);
  });

  it.each<[string, AdminAccount[], string, typeof AdminUnavailableError]>([
    ['none is known', [], 'no account of the admin interface is known yet', AdminUnavailableError],
    [
      'none is let in',
      [account('newest'), account('older')],
      "Access denied for user 'cluster'",
      AdminLoginRefusedError,
    ],
  ])('does not take it for a refused command when %s', async (_, accounts, message, kind) => {
    known = accounts;

    const failure: unknown = await admin.reloadTls().catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(AdminUnavailableError);
    expect((failure as Error).constructor).toBe(kind);
    expect(failure).toHaveProperty('message', expect.stringContaining(message));
    expect(letIn).toEqual([]);
  });

  it('asks a ProxySQL that says nothing once, however many accounts it may know', async () => {
    silent = true;
    known = [account('newest'), account('started-with'), account('older')];

    await expect(admin.pause(50)).rejects.toThrow(AdminUnavailableError);

    expect(tried).toBe(1);
  });

  it('is content when ProxySQL is paused already, and with no other refusal', async () => {
    answer = { error: 'ProxySQL Admin Error: ProxySQL MySQL module is already paused, impossible to pause' };
    await admin.pause(5000);

    answer = { error: 'ProxySQL Admin Error: ProxySQL MySQL module is not running, impossible to pause' };
    await expect(admin.pause(5000)).rejects.toThrow('is not running');
  });
});
