import {
  AdminCommandError,
  AdminLoginRefusedError,
  type AdminSession,
  AdminUnavailableError,
  withAdmin,
} from '../runtime/mysql/admin';
import { type AdminAccounts } from './admin-accounts';
import { type ServerTables } from './backend-servers';

/** How to reach ProxySQL's admin interface. */
export interface AdminAccess {
  readonly port: number;
  /** To try in turn, and to be told which one was let in. */
  readonly accounts: Pick<AdminAccounts, 'list' | 'letIn'>;
}

/** ProxySQL refused a command, or lets nobody in, in its own words. */
export { AdminCommandError, AdminLoginRefusedError } from '../runtime/mysql/admin';

/** Rows of a log that are read: enough for several checks of each server. */
const MOST_CHECKS = 1000;

/** How ProxySQL answers PROXYSQL PAUSE the second time. */
const ALREADY_PAUSED = 'is already paused';

/** What the sidecar asks of ProxySQL, on the loopback interface. */
export class ProxySqlAdmin {
  constructor(private readonly access: AdminAccess) {}

  /**
   * Makes ProxySQL read its certificate files again.
   * @throws AdminCommandError when it refuses them, AdminUnavailableError
   */
  async reloadTls(): Promise<void> {
    await this.use(async (session) => await session.execute('PROXYSQL RELOAD TLS'));
  }

  /** For how long ProxySQL has been running, in milliseconds, to the second; undefined while the interface does not answer. */
  async uptime(): Promise<number | undefined> {
    const seconds = await this.use(async (session) => await globalStatus(session, 'ProxySQL_Uptime')).catch(
      () => undefined,
    );
    return seconds === undefined ? undefined : Number(seconds) * 1000;
  }

  /**
   * Makes ProxySQL refuse new connections. It takes about a second for each of ProxySQL's threads, and the admin interface does nothing
   * else meanwhile. That it is paused already, as the answer to a former attempt was lost, is no failure.
   * @throws AdminCommandError, AdminUnavailableError
   */
  async pause(timeoutMs: number): Promise<void> {
    try {
      await this.use(async (session) => await session.execute('PROXYSQL PAUSE'), timeoutMs);
    } catch (error) {
      if (!(error instanceof AdminCommandError && error.message.includes(ALREADY_PAUSED))) {
        throw error;
      }
    }
  }

  /** @throws AdminCommandError, AdminUnavailableError */
  async resume(): Promise<void> {
    await this.use(async (session) => await session.execute('PROXYSQL RESUME'));
  }

  /**
   * Whether ProxySQL refuses new connections since it was paused.
   * @throws AdminCommandError, AdminUnavailableError
   */
  async isPaused(): Promise<boolean> {
    return await this.use(async (session) => {
      const value = await globalStatus(session, 'mysql_listener_paused');
      return value === 'true' || value === '1';
    });
  }

  /**
   * What ProxySQL has about the servers of the database.
   * @throws AdminCommandError, AdminUnavailableError
   */
  async servers(): Promise<ServerTables> {
    const newest = (error: string, table: string): string =>
      `SELECT hostname, port, ${error} FROM monitor.${table} ORDER BY time_start_us DESC LIMIT ${MOST_CHECKS}`;
    return await this.use(async (session) => ({
      servers: await session.rows('SELECT hostgroup_id, hostname, port, status FROM runtime_mysql_servers'),
      pings: await session.rows(newest('ping_error', 'mysql_server_ping_log')),
      clusterChecks: [
        ...(await session.rows(newest('error', 'mysql_server_group_replication_log'))),
        ...(await session.rows(newest('error', 'mysql_server_galera_log'))),
      ],
    }));
  }

  /**
   * Opens a connection with the first account that is let in. That none is says nothing about any command, so it is told like a
   * ProxySQL that is not there.
   * @throws AdminCommandError, AdminUnavailableError
   */
  async use<T>(work: (session: AdminSession) => Promise<T>, timeoutMs?: number): Promise<T> {
    const { port, accounts } = this.access;
    let failure: unknown = new AdminUnavailableError('no account of the admin interface is known yet');
    for (const account of accounts.list()) {
      try {
        return await withAdmin({ port, timeoutMs, ...account }, async (session) => {
          void accounts.letIn(account);
          return await work(session);
        });
      } catch (error) {
        // Whatever else went wrong, another account would change nothing of it.
        if (!(error instanceof AdminLoginRefusedError)) {
          throw error;
        }
        failure = error;
      }
    }
    throw failure;
  }
}

/** A counter or gauge of ProxySQL; undefined where it does not have it. */
export async function globalStatus(session: AdminSession, name: string): Promise<string | undefined> {
  return await session.scalar(`SELECT Variable_Value FROM stats_mysql_global WHERE Variable_Name='${name}'`);
}
