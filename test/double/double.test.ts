import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import mysql from 'mysql2/promise';
import { AdminCommandError, type AdminOptions, AdminUnavailableError, withAdmin } from '../../runtime/mysql/admin';
import { mysqlTlsHandshake } from '../../runtime/mysql/handshake';
import { authority, encryptedKey, type Issued, leaf } from '../sidecar/support/pki';
import { freePorts } from '../sidecar/support/ports';
import { Program, proxysqlPrograms } from '../sidecar/support/programs';
import { eventually } from '../sidecar/support/wait';

jest.setTimeout(60_000);

// What is known of ProxySQL's behaviour, held against the double and, where there is one, against ProxySQL itself.
describe.each(proxysqlPrograms())('$name with certificate files', ({ command }) => {
  let root: Issued;
  let intermediate: Issued;
  let folder: string;
  let mysqlPort: number;
  let adminPort: number;
  let proxysql: Program | undefined;

  beforeAll(async () => {
    root = await authority('Root');
    intermediate = await authority('Intermediate', root);
  });

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'proxysql-'));
    const [mysqlOne = 0, adminOne = 0, pgsqlPort = 0, pgsqlAdminPort = 0] = await freePorts(4);
    [mysqlPort, adminPort] = [mysqlOne, adminOne];
    writeFileSync(
      path.join(folder, 'proxysql.cnf'),
      `datadir="${folder}"
admin_variables= { admin_credentials="admin:admin-pw;cluster:cluster-pw" mysql_ifaces="127.0.0.1:${adminPort}" pgsql_ifaces="127.0.0.1:${pgsqlAdminPort}" }
mysql_variables= { threads=2 interfaces="127.0.0.1:${mysqlPort}" have_ssl=true }
pgsql_variables= { threads=1 interfaces="127.0.0.1:${pgsqlPort}" }
mysql_users= (
  { username="app" password="app-pw" default_hostgroup=0 use_ssl=1 active=1 },
  { username="plain" password="plain-pw" default_hostgroup=0 use_ssl=0 active=1 },
  { username="spiffe" password="spiffe-pw" default_hostgroup=0 use_ssl=1 active=1
    attributes="{\\"spiffe_id\\":\\"spiffe://demo/app\\"}" }
)
`,
    );
  });

  afterEach(async () => {
    await proxysql?.stop('SIGKILL');
    proxysql = undefined;
    rmSync(folder, { recursive: true });
  });

  function files(content: { ca?: string; cert?: string; key?: string }): void {
    for (const [name, text] of Object.entries(content)) {
      writeFileSync(path.join(folder, `proxysql-${name}.pem`), text ?? '');
    }
  }

  function start(): Program {
    proxysql = new Program([...command, '-f', '--initial', '-c', path.join(folder, 'proxysql.cnf'), '-D', folder], {
      cwd: folder,
    });
    return proxysql;
  }

  const look = async (): ReturnType<typeof mysqlTlsHandshake> =>
    await eventually(
      'ProxySQL presents a certificate',
      async () => await mysqlTlsHandshake({ host: '127.0.0.1', port: mysqlPort }),
    );
  // The admin port opens after the MySQL port.
  const presented = async (): ReturnType<typeof mysqlTlsHandshake> =>
    await eventually('the admin interface answers', async () => {
      await withAdmin(admin(), async (session) => await session.scalar('SELECT 1'));
      return await look();
    });

  const admin = (): AdminOptions => ({ port: adminPort, username: 'cluster', password: 'cluster-pw' });
  const reload = async (): Promise<void> => {
    await withAdmin(admin(), async (session) => await session.execute('PROXYSQL RELOAD TLS'));
  };

  async function connect(options: mysql.ConnectionOptions = {}): Promise<mysql.Connection> {
    return await mysql.createConnection({
      host: 'localhost',
      port: mysqlPort,
      user: 'app',
      password: 'app-pw',
      ssl: { ca: root.pem, verifyIdentity: true },
      ...options,
    });
  }

  it('goes by the peers that were loaded last, not by those that are being edited', async () => {
    start();
    await presented();
    const peers = async (layer: string): Promise<string[][]> =>
      await withAdmin(
        admin(),
        async (session) => await session.rows(`SELECT hostname, port, weight, comment FROM ${layer}proxysql_servers`),
      );
    const run = async (command: string): Promise<void> =>
      await withAdmin(admin(), async (session) => await session.execute(command));

    await run("INSERT INTO proxysql_servers (hostname, port, weight, comment) VALUES ('a.invalid', 6032, 1, 'it''s')");
    const row = ['a.invalid', '6032', '1', "it's"];
    expect(await peers('')).toEqual([row]);
    expect(await peers('runtime_')).toEqual([]);
    await expect(
      run("INSERT INTO proxysql_servers (hostname, port, weight, comment) VALUES ('a.invalid', 6032, 2, '')"),
    ).rejects.toThrow(/UNIQUE constraint failed/);

    await run('LOAD PROXYSQL SERVERS TO RUNTIME');
    await run('DELETE FROM proxysql_servers');
    expect(await peers('')).toEqual([]);
    expect(await peers('runtime_')).toEqual([row]);

    await run('LOAD PROXYSQL SERVERS TO RUNTIME');
    expect(await peers('runtime_')).toEqual([]);
  });

  it('makes its own certificate when there is none', async () => {
    start();

    const { leaf: own } = await presented();

    expect(own.subject).toContain('ProxySQL_Auto_Generated_Server_Certificate');
    expect(own.dnsNames).toEqual([]);
    expect(readFileSync(path.join(folder, 'proxysql-key.pem'), 'utf8')).toContain('PRIVATE KEY');
  });

  it.each([
    ['a missing file', (issued: Issued) => ({ ca: root.pem, cert: issued.pem })],
    ['a key of another certificate', (issued: Issued) => ({ ca: root.pem, cert: issued.pem, key: root.keyPem })],
    ['an encrypted key', (issued: Issued) => ({ ca: root.pem, cert: issued.pem, key: encryptedKey(issued) })],
    ['garbage', (issued: Issued) => ({ ca: root.pem, cert: 'no certificate', key: issued.keyPem })],
  ])('ends with exit code 0 on %s', async (_, content) => {
    files(content(await leaf(root)));

    expect(await start().exited).toBe(0);
  });

  it('serves the first certificate, with the first one of the CA file above it', async () => {
    const issued = await leaf(intermediate);
    files({ cert: issued.pem + root.pem, ca: intermediate.pem + root.pem, key: issued.keyPem });
    start();

    const { leaf: served, chain } = await presented();

    expect(served.fingerprint).toBe(issued.fingerprint);
    expect(chain.map(({ fingerprint }) => fingerprint)).toEqual([intermediate.fingerprint]);
  });

  it('does not serve an intermediate that stands in the certificate file only', async () => {
    const issued = await leaf(intermediate);
    files({ cert: issued.pem + intermediate.pem, ca: root.pem, key: issued.keyPem });
    start();

    expect((await presented()).chain).toEqual([]);
    await expect(connect()).rejects.toThrow(/unable to (get local issuer|verify the first) certificate/);
  });

  it('takes renewed files on reload, and keeps sessions', async () => {
    const [first, second] = [await leaf(root), await leaf(root)];
    files({ cert: first.pem, ca: root.pem, key: first.keyPem });
    start();
    expect((await presented()).leaf.fingerprint).toBe(first.fingerprint);
    const session = await connect();
    const [before] = await session.query('SELECT CONNECTION_ID()');

    files({ cert: second.pem, ca: root.pem, key: second.keyPem });
    await reload();

    expect((await presented()).leaf.fingerprint).toBe(second.fingerprint);
    expect((await session.query('SELECT CONNECTION_ID()'))[0]).toEqual(before);
    session.destroy();
  });

  it.each([
    ['a key of another certificate', 'key', (): string => root.keyPem, /Unable to use SSL key/],
    [
      'a certificate that is none',
      'cert',
      (): string => 'garbage',
      /Error on PEM_read_bio_X509\(\) for .*proxysql-cert\.pem/,
    ],
    [
      'a key that is none',
      'key',
      (): string => 'garbage',
      /Error on PEM_read_bio_PrivateKey\(\) for .*proxysql-key\.pem/,
    ],
  ])('refuses to reload %s and serves on as before', async (_, file, content, message) => {
    const issued = await leaf(root);
    files({ cert: issued.pem, ca: root.pem, key: issued.keyPem });
    start();
    await presented();

    files({ [file]: content() });
    const refusal = await reload().catch((error: unknown) => error);

    expect(refusal).toBeInstanceOf(AdminCommandError);
    expect(String(refusal)).toMatch(message);
    expect((await presented()).leaf.fingerprint).toBe(issued.fingerprint);
  });

  it('refuses a login, which is another thing than to refuse a command', async () => {
    start();
    await presented();

    const refusal = await withAdmin({ ...admin(), password: 'wrong' }, async (session) => {
      await session.execute('PROXYSQL RELOAD TLS');
    }).catch((error: unknown) => error);

    expect(refusal).toBeInstanceOf(AdminUnavailableError);
    expect(String(refusal)).toMatch(/Access denied for user 'cluster'/);
  });

  it.each([
    [
      'an expired certificate',
      async () => ({ issued: await leaf(root, { notAfter: new Date(Date.now() - 1000) }), by: root }),
    ],
    ['an authority that has nothing to do with it', async () => ({ issued: await leaf(root), by: intermediate })],
  ])('takes %s without a word, at the start and on reload', async (_, bad) => {
    const { issued, by } = await bad();
    files({ cert: issued.pem, ca: by.pem, key: issued.keyPem });
    start();
    expect((await presented()).leaf.fingerprint).toBe(issued.fingerprint);

    const again = await bad();
    files({ cert: again.issued.pem, ca: again.by.pem, key: again.issued.keyPem });
    await reload();

    expect((await presented()).leaf.fingerprint).toBe(again.issued.fingerprint);
  });

  it('ends with exit code 0 at its next start on files that it refused to reload', async () => {
    const issued = await leaf(root);
    files({ cert: issued.pem, ca: root.pem, key: issued.keyPem });
    start();
    await presented();
    files({ key: root.keyPem });
    await expect(reload()).rejects.toThrow(/Unable to use SSL key/);
    await proxysql?.stop();

    expect(await start().exited).toBe(0);
  });

  it('takes links that lead nowhere for no files, and writes its own certificate through them', async () => {
    for (const name of ['ca', 'cert', 'key']) {
      symlinkSync(path.join(folder, `target-${name}.pem`), path.join(folder, `proxysql-${name}.pem`));
    }
    start();

    expect((await presented()).leaf.subject).toContain('ProxySQL_Auto_Generated_Server_Certificate');
    expect(readFileSync(path.join(folder, 'target-key.pem'), 'utf8')).toContain('PRIVATE KEY');
  });

  it('tells how many files it misses on reload', async () => {
    const issued = await leaf(root);
    files({ cert: issued.pem, ca: root.pem, key: issued.keyPem });
    start();
    await presented();
    rmSync(path.join(folder, 'proxysql-ca.pem'));

    await expect(reload()).rejects.toThrow('RELOAD TLS failed: 2 TLS files are present. Expected: 3');
  });

  it('refuses a plaintext login of a user who must use TLS', async () => {
    start();
    await presented();

    await expect(connect({ ssl: undefined })).rejects.toThrow(
      /Access denied for user 'app'.* \(using password: YES\)\. SSL is required/,
    );
    (await connect({ ssl: undefined, user: 'plain', password: 'plain-pw' })).destroy();
  });

  it('refuses a wrong password', async () => {
    const issued = await leaf(root);
    files({ cert: issued.pem, ca: root.pem, key: issued.keyPem });
    start();
    await presented();

    await expect(connect({ password: 'wrong' })).rejects.toThrow(/Access denied for user 'app'/);
  });

  it('demands the client certificate that a user is bound to', async () => {
    const issued = await leaf(root);
    const right = await leaf(root, { uris: ['spiffe://demo/app'], usages: ['client'] });
    const wrong = await leaf(root, { uris: ['spiffe://demo/other'], usages: ['client'] });
    files({ cert: issued.pem, ca: root.pem, key: issued.keyPem });
    start();
    await presented();
    const login = async (client?: Issued): Promise<void> => {
      const ssl = { ca: root.pem, ...(client !== undefined && { cert: client.pem, key: client.keyPem }) };
      (await connect({ user: 'spiffe', password: 'spiffe-pw', ssl })).destroy();
    };

    await login(right);
    await expect(login(wrong)).rejects.toThrow(/Access denied/);
    await expect(login()).rejects.toThrow(/Access denied/);
  });

  it('pauses: refuses new connections, keeps the others, and says so', async () => {
    const issued = await leaf(root);
    files({ cert: issued.pem, ca: root.pem, key: issued.keyPem });
    start();
    await presented();
    const session = await connect();
    const global = async (name: string): Promise<string | undefined> =>
      await withAdmin(
        admin(),
        async (connection) =>
          await connection.scalar(`SELECT Variable_Value FROM stats_mysql_global WHERE Variable_Name='${name}'`),
      );

    // About a second for each thread.
    await withAdmin(
      { ...admin(), timeoutMs: 20_000 },
      async (connection) => await connection.execute('PROXYSQL PAUSE'),
    );

    expect(await global('mysql_listener_paused')).toMatch(/^(true|1)$/);
    await expect(withAdmin(admin(), async (connection) => await connection.execute('PROXYSQL PAUSE'))).rejects.toThrow(
      /already paused/,
    );
    await eventually('new connections are refused', async () => {
      await expect(mysqlTlsHandshake({ host: '127.0.0.1', port: mysqlPort })).rejects.toMatchObject({
        failure: 'unreachable',
      });
      return true;
    });
    await session.query('SELECT CONNECTION_ID()');
    expect(await global('Client_Connections_connected')).toBe('1');
    session.destroy();
    await eventually('the client is gone', async () => (await global('Client_Connections_connected')) === '0');

    await withAdmin(admin(), async (connection) => await connection.execute('PROXYSQL RESUME'));

    expect((await presented()).leaf.fingerprint).toBe(issued.fingerprint);
  });
});

describe('the double', () => {
  const [double] = proxysqlPrograms();

  it('lets users log in with caching_sha2_password, stored in clear or hashed', async () => {
    const root = await authority('Root');
    const issued = await leaf(root);
    const folder = mkdtempSync(path.join(tmpdir(), 'proxysql-'));
    const [mysqlPort = 0, adminPort = 0] = await freePorts(2);
    writeFileSync(path.join(folder, 'proxysql-cert.pem'), issued.pem);
    writeFileSync(path.join(folder, 'proxysql-key.pem'), issued.keyPem);
    writeFileSync(path.join(folder, 'proxysql-ca.pem'), root.pem);
    writeFileSync(
      path.join(folder, 'proxysql.cnf'),
      `admin_variables={ mysql_ifaces="127.0.0.1:${adminPort}" }
mysql_variables={ interfaces="127.0.0.1:${mysqlPort}" default_authentication_plugin="caching_sha2_password" }
mysql_users=( { username="clear" password="pw" use_ssl=1 },
  { username="hashed" password="*D821809F681A40A6E379B50D0463EFAE20BDD122" use_ssl=1 } )
`,
    );
    const program = new Program([
      ...(double?.command ?? []),
      '-f',
      '-c',
      path.join(folder, 'proxysql.cnf'),
      '-D',
      folder,
    ]);
    try {
      await eventually('it listens', async () => await mysqlTlsHandshake({ host: '127.0.0.1', port: mysqlPort }));
      const login = async (user: string, password: string): Promise<void> => {
        (
          await mysql.createConnection({ host: 'localhost', port: mysqlPort, user, password, ssl: { ca: root.pem } })
        ).destroy();
      };

      await login('clear', 'pw');
      await login('hashed', 'pw');
      await expect(login('clear', 'no')).rejects.toThrow(/Access denied/);
      await expect(login('hashed', 'no')).rejects.toThrow(/Access denied/);
    } finally {
      await program.stop('SIGKILL');
      rmSync(folder, { recursive: true });
    }
  });
});
