import mysql, { type RowDataPacket } from 'mysql2/promise';
import { type ReportedServer } from '../../lib/graph/pod-report';
import { withAdmin } from '../../runtime/mysql/admin';
import { MariaDb } from '../support/mariadb';
import { authority, type Issued, leaf } from './support/pki';
import { PASSWORDS, Pod, type PodOptions } from './support/pod';
import { proxysqlPrograms } from './support/programs';
import { mountSecret, tlsSecret } from './support/secret-mount';
import { eventually } from './support/wait';

jest.setTimeout(120_000);

// The double answers no query, so this needs the real thing on both sides.
const proxysql = proxysqlPrograms().find(({ name }) => name === 'the real ProxySQL');
const missing = [
  ...(proxysql === undefined ? ['no proxysql (PROXYSQL_BINARY)'] : []),
  ...(MariaDb.available() ? [] : ['no mariadbd (Debian: mariadb-server-core)']),
];
const why = missing.length === 0 ? '' : ` (skipped: there is ${missing.join(' and ')})`;

(missing.length === 0 ? describe : describe.skip)(`a database behind the real ProxySQL${why}`, () => {
  let root: Issued;
  let database: MariaDb;
  let pod: Pod;

  beforeAll(async () => {
    root = await authority('Root');
    const server = await leaf(root, { dnsNames: ['database'] });
    database = await MariaDb.start({ tls: { ca: root.pem, cert: server.pem, key: server.keyPem } });
    await database.run(
      'CREATE DATABASE shop',
      'CREATE TABLE shop.orders (id INT AUTO_INCREMENT PRIMARY KEY, item VARCHAR(50))',
      `CREATE USER app IDENTIFIED BY '${PASSWORDS.app}'`,
      'GRANT ALL ON shop.* TO app',
      `CREATE USER proxysql IDENTIFIED BY '${PASSWORDS.monitor}'`,
    );
  });

  afterAll(async () => await database.stop());

  beforeEach(async () => await database.run('TRUNCATE shop.orders'));

  afterEach(async () => await pod.destroy());

  async function start(options: Partial<PodOptions> & { readonly backendTls?: boolean } = {}): Promise<void> {
    const row = `address="${database.host}" port=${database.port} hostgroup=0 use_ssl=${options.backendTls ? 1 : 0}`;
    if (proxysql !== undefined) {
      pod = await Pod.create(proxysql, { configuration: `mysql_servers=( { ${row} } )\n`, ...options });
    }
    pod.mountCertificate('server', tlsSecret(await leaf(root), root));
  }

  async function connect(): Promise<mysql.Connection> {
    return await mysql.createConnection({
      host: 'localhost',
      port: pod.ports.db,
      user: 'app',
      password: PASSWORDS.app,
      database: 'shop',
      ssl: { ca: root.pem, verifyIdentity: true },
    });
  }

  async function insert(connection: mysql.Connection, item: string): Promise<void> {
    await connection.query('INSERT INTO orders (item) VALUES (?)', [item]);
  }

  const stored = async (item: string): Promise<number> =>
    Number((await database.run(`SELECT COUNT(*) AS n FROM shop.orders WHERE item = '${item}'`))[0]?.['n']);

  it('gets every statement once while certificates are renewed, and a transaction outlives them', async () => {
    await start();
    await pod.start();
    const session = await connect();
    await session.beginTransaction();
    await insert(session, 'transaction');
    let stop = false;
    let acknowledged = 0;
    const client = async (): Promise<void> => {
      while (!stop) {
        const connection = await connect();
        await insert(connection, 'load');
        await connection.end();
        acknowledged += 1;
      }
    };
    const load = Promise.all([client(), client()]);

    for (let renewal = 0; renewal < 10; renewal += 1) {
      const issued = await leaf(root);
      pod.mountCertificate('server', tlsSecret(issued, root));
      await pod.serves(issued.fingerprint);
      await insert(session, 'transaction');
    }
    await eventually('there was enough load', () => acknowledged >= 100, 60_000);
    stop = true;
    await load;
    expect(await stored('transaction')).toBe(0);
    await session.commit();
    session.destroy();

    expect(await stored('transaction')).toBe(11);
    expect(await stored('load')).toBe(acknowledged);
    expect((await pod.status()).certificate).toMatchObject({ reloads: 10, reloadFailures: 0 });
  });

  it('gets all that was begun before a drain, though no connection is taken any more', async () => {
    await start();
    await pod.start();
    const [query, transaction] = [await connect(), await connect()];
    await transaction.beginTransaction();
    await insert(transaction, 'drained');

    const slow = query.query<RowDataPacket[]>('SELECT SLEEP(8) AS done');
    const drained = pod.get('/drain').then(async (answer) => (await answer.json()) as unknown);
    await eventually('ProxySQL is paused', async () => {
      const query = "SELECT Variable_Value FROM stats_mysql_global WHERE Variable_Name='mysql_listener_paused'";
      return (await withAdmin(pod.admin(), async (admin) => await admin.scalar(query))) === 'true';
    });
    await expect(connect()).rejects.toThrow(/ECONNREFUSED/);
    await insert(transaction, 'drained');
    await transaction.commit();
    await transaction.end();
    expect((await slow)[0]).toEqual([{ done: 0 }]);
    await query.end();

    expect(await drained).toMatchObject({ outcome: 'empty', remaining: 0 });
    await pod.proxysql?.stop();
    expect(await stored('drained')).toBe(2);
  });

  it('sees a renewed client certificate at the next connection, without a reload', async () => {
    await start({
      backendTls: true,
      variables: (folder) =>
        [`ca="${folder}/backend/ca.crt"`, `cert="${folder}/backend/tls.crt"`, `key="${folder}/backend/tls.key"`]
          .map((variable) => `ssl_p2s_${variable}\n`)
          .join(''),
    });
    const mountBackend = async (name: string): Promise<void> =>
      mountSecret(pod.path('backend'), tlsSecret(await leaf(root, { name, usages: ['client'] }), root));
    await mountBackend('first');
    await pod.start();
    const asked = async (): Promise<void> => {
      const connection = await connect();
      try {
        await insert(connection, 'tls');
      } finally {
        connection.destroy();
      }
    };
    await database.run("ALTER USER app REQUIRE SUBJECT '/CN=first'");
    await asked();

    await database.run("ALTER USER app REQUIRE SUBJECT '/CN=second'");
    await mountBackend('second');
    await withoutPooledConnections();
    await asked();

    expect(await stored('tls')).toBe(2);
    const { certificate, mounts } = await pod.status();
    expect(certificate?.reloads).toBe(0);
    expect(mounts).toContainEqual(expect.objectContaining({ alias: 'backend', proven: true }));
    await database.run('ALTER USER app REQUIRE NONE');
  });

  /** Pooled connections to the database keep what they were opened with; those to a row that is deleted are dropped. */
  async function withoutPooledConnections(): Promise<void> {
    await withAdmin(pod.admin(), async (session) => {
      const row = `('${database.host}', ${database.port}, 0, 1)`;
      await session.execute('DELETE FROM mysql_servers');
      await session.execute('LOAD MYSQL SERVERS TO RUNTIME');
      await session.execute(`INSERT INTO mysql_servers (hostname, port, hostgroup_id, use_ssl) VALUES ${row}`);
      await session.execute('LOAD MYSQL SERVERS TO RUNTIME');
    });
  }

  it('tells that servers are out of service for want of the account that watches them, and when they are back', async () => {
    const hostgroups =
      'writer_hostgroup=2 backup_writer_hostgroup=4 reader_hostgroup=3 offline_hostgroup=1 max_writers=1 writer_is_also_reader=1 active=1';
    const row = `address="${database.host}" port=${database.port} hostgroup=2 use_ssl=0`;
    await start({
      configuration: `mysql_servers=( { ${row} } )\nmysql_galera_hostgroups=( { ${hostgroups} } )\n`,
    });
    mountSecret(pod.path('monitor'), { username: 'watcher', password: PASSWORDS.monitor });
    await pod.start();
    const reported = async (): Promise<ReportedServer | undefined> => (await pod.report()).servers?.[0];

    await eventually('it is out of service', async () => (await reported())?.inService === false, 60_000);
    expect((await reported())?.trouble).toContain("Access denied for user 'watcher'");
    expect((await pod.report()).readiness?.ok).toBe(true);

    await database.run(`CREATE USER watcher IDENTIFIED BY '${PASSWORDS.monitor}'`);
    await eventually('it is back', async () => (await reported())?.inService === true, 60_000);
  });
});
