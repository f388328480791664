import { existsSync, mkdirSync, readFileSync, readlinkSync, realpathSync, rmSync, statSync } from 'node:fs';
import https from 'node:https';
import { type TLSSocket } from 'node:tls';
import mysql from 'mysql2/promise';
import { withAdmin } from '../../runtime/mysql/admin';
import { authority, encryptedKey, type Issued, leaf } from './support/pki';
import { PASSWORDS, Pod, type PodOptions } from './support/pod';
import { freePorts } from './support/ports';
import { proxysqlPrograms } from './support/programs';
import { mountSecret, tlsSecret } from './support/secret-mount';
import { eventually } from './support/wait';

jest.setTimeout(120_000);

describe.each(proxysqlPrograms())('the sidecar of $name', (program) => {
  let root: Issued;
  let otherRoot: Issued;
  let intermediate: Issued;
  let pod: Pod;

  beforeAll(async () => {
    root = await authority('Root');
    otherRoot = await authority('Other root');
    intermediate = await authority('Intermediate', root);
  });

  afterEach(async () => {
    const output = pod.sidecar?.output ?? '';
    await pod.destroy();
    // Whatever a test did, nothing secret was written.
    expect(Object.values(PASSWORDS).filter((password) => output.includes(password))).toEqual([]);
    expect(output).not.toMatch(/PRIVATE KEY/);
  });

  async function prepared(options?: PodOptions): Promise<Pod> {
    pod = await Pod.create(program, options);
    return pod;
  }

  /** A pod that serves a certificate. */
  async function running(issued: Issued, options?: PodOptions): Promise<Pod> {
    await prepared(options);
    pod.mountCertificate('server', tlsSecret(issued, root));
    await pod.start();
    await pod.serves(issued.fingerprint);
    return pod;
  }

  async function connect(options: mysql.ConnectionOptions = {}): Promise<mysql.Connection> {
    return await mysql.createConnection({
      host: 'localhost',
      port: pod.ports.db,
      user: 'app',
      password: PASSWORDS.app,
      ssl: { ca: root.pem, verifyIdentity: true },
      ...options,
    });
  }

  describe('before the start', () => {
    const hour = 3_600_000;

    it.each<[string, string, () => Promise<Record<string, string>>]>([
      ['nothing', 'DataMissing', async () => await Promise.resolve({})],
      ['an empty certificate', 'DataMissing', async () => ({ ...tlsSecret(await leaf(root), root), 'tls.crt': '' })],
      [
        'garbage',
        'CertificateUnreadable',
        async () => ({ ...tlsSecret(await leaf(root), root), 'tls.crt': 'garbage' }),
      ],
      [
        'a key of another certificate',
        'KeyMismatch',
        async () => ({ ...tlsSecret(await leaf(root), root), 'tls.key': root.keyPem }),
      ],
      [
        'a key that is none',
        'KeyUnreadable',
        async () => ({ ...tlsSecret(await leaf(root), root), 'tls.key': 'garbage' }),
      ],
      [
        'an encrypted key',
        'KeyEncrypted',
        async () => {
          const issued = await leaf(root);
          return { ...tlsSecret(issued, root), 'tls.key': encryptedKey(issued) };
        },
      ],
      [
        'an expired certificate',
        'Expired',
        async () => tlsSecret(await leaf(root, { notAfter: new Date(Date.now() - 1000) }), root),
      ],
      [
        'a certificate of the future',
        'NotYetValid',
        async () => tlsSecret(await leaf(root, { notBefore: new Date(Date.now() + hour) }), root),
      ],
      ['a chain to another authority', 'AuthorityUnknown', async () => tlsSecret(await leaf(root), otherRoot)],
      ['a missing intermediate', 'AuthorityUnknown', async () => tlsSecret(await leaf(intermediate), root)],
      [
        'names that are not those of the services',
        'NameNotCovered',
        async () => tlsSecret(await leaf(root, { dnsNames: ['localhost'] }), root),
      ],
      [
        'a certificate for clients',
        'UsageMismatch',
        async () => tlsSecret(await leaf(root, { usages: ['client'] }), root),
      ],
    ])('keeps the gate shut for %s, and opens it by itself once the files are good', async (_, reason, data) => {
      await prepared();
      pod.mountCertificate('server', await data());
      pod.startSidecar();

      const held = await eventually('the gate is held', async () => {
        const { gate } = await pod.status();
        return gate.reason !== 'Starting' && gate;
      });
      expect(held).toMatchObject({ open: false, reason });
      expect((await pod.get('/startup')).status).toBe(503);
      expect((await pod.get('/live')).status).toBe(200);
      expect(existsSync(pod.path('data', 'proxysql-cert.pem'))).toBe(false);

      pod.mountCertificate('server', tlsSecret(await leaf(root), root));
      await pod.gateOpen();
    });

    it('keeps the gate shut while the configuration lacks its credentials, and says what is missing', async () => {
      await prepared();
      mountSecret(pod.path('auth'), { username: 'cluster', password: '' });
      pod.mountCertificate('server', tlsSecret(await leaf(root), root));
      pod.startSidecar();

      await eventually('the gate is held', async () => (await pod.status()).gate.reason === 'ConfigurationRefused');
      expect((await pod.status()).gate.message).toContain('auth Secret, key password');
      const report = await pod.report();
      expect(report.gate).toMatchObject({ ok: false, reason: 'ConfigurationRefused' });
      expect(report.gate.message).toContain('auth Secret, key password');
      expect(report).not.toHaveProperty('servers');

      mountSecret(pod.path('auth'), { username: 'cluster', password: PASSWORDS.admin });
      await pod.gateOpen();
    });

    it('keeps the gate shut while the configuration cannot be written, and opens it soon after it can', async () => {
      await prepared();
      // A folder in its place, as a full disk is not to be had here.
      mkdirSync(pod.path('run', 'proxysql.cnf', 'full'), { recursive: true });
      pod.mountCertificate('server', tlsSecret(await leaf(root), root));
      pod.startSidecar();
      await eventually('the gate is held', async () => (await pod.status()).gate.reason === 'ConfigurationRefused');

      rmSync(pod.path('run', 'proxysql.cnf'), { recursive: true });
      await pod.gateOpen();
    });

    it('finds out what no event told it', async () => {
      await prepared({ env: { SAFETY_INTERVAL_SECONDS: '1' } });
      pod.mountCertificate('server', tlsSecret(await leaf(root), root));
      pod.startSidecar();
      await pod.gateOpen();
      // The folder was not there, so it is not watched.
      mountSecret(pod.path('init'), { 'Unknown.cnf': '' });

      await eventually('it is noticed', async () =>
        (await pod.status()).configuration.problems.some((problem) => problem.includes('Unknown.cnf')),
      );
    });

    it('installs the files for ProxySQL alone to read, and the configuration too', async () => {
      await prepared();
      const issued = await leaf(intermediate);
      pod.mountCertificate('server', tlsSecret(issued, root, [intermediate]));
      pod.startSidecar();
      await pod.gateOpen();

      const mode = (...names: string[]): number => statSync(pod.path(...names)).mode & 0o777;
      expect(mode('run', 'proxysql.cnf')).toBe(0o600);
      expect(mode('data', 'proxysql-key.pem')).toBe(0o600);
      expect(mode('data', 'proxysql-cert.pem')).toBe(0o644);
      expect(readlinkSync(pod.path('data', 'proxysql-key.pem'))).toBe(
        pod.path('run', 'tls', 'current', 'proxysql-key.pem'),
      );
      expect(readFileSync(pod.path('data', 'proxysql-cert.pem'), 'utf8').trim()).toBe(issued.pem.trim());
      expect(readFileSync(pod.path('run', 'proxysql.cnf'), 'utf8')).toContain(PASSWORDS.app);
    });
  });

  it('lets a strict client in over TLS, with the intermediate served, and nobody without', async () => {
    await prepared();
    const issued = await leaf(intermediate);
    pod.mountCertificate('server', tlsSecret(issued, root, [intermediate]));
    await pod.start();

    const connection = await connect();
    await connection.query('SELECT CONNECTION_ID()');
    connection.destroy();
    await expect(connect({ ssl: { ca: otherRoot.pem, verifyIdentity: true } })).rejects.toThrow(/certificate/);
    await expect(connect({ ssl: undefined })).rejects.toThrow(/SSL is required/);
    expect((await pod.presented()).chain.map(({ fingerprint }) => fingerprint)).toContain(intermediate.fingerprint);
  });

  it('replaces certificates under load without a failed connection, and keeps sessions', async () => {
    await running(await leaf(root));
    const session = await connect();
    let stop = false;
    let connections = 0;
    const client = async (): Promise<void> => {
      while (!stop) {
        const connection = await connect();
        await connection.query('SELECT CONNECTION_ID()');
        await connection.end();
        connections += 1;
      }
    };
    const load = Promise.all([client(), client()]);

    for (let renewal = 0; renewal < 10; renewal += 1) {
      const issued = await leaf(root);
      pod.mountCertificate('server', tlsSecret(issued, root));
      await pod.serves(issued.fingerprint);
    }
    await eventually('enough connections were made', () => connections >= 200, 40_000);
    stop = true;
    await load;

    await session.query('SELECT CONNECTION_ID()');
    session.destroy();
    const { certificate } = await pod.status();
    expect(certificate).toMatchObject({ reloads: 10, reloadFailures: 0, servedIsMounted: true });
  });

  it('goes on with the old certificate when a broken one is mounted, and says why', async () => {
    const good = await leaf(root);
    await running(good);

    pod.mountCertificate('server', { ...tlsSecret(await leaf(root), root), 'tls.key': root.keyPem });

    await eventually('it is refused', async () => {
      const { certificate } = await pod.status();
      return certificate?.mounted.reason === 'KeyMismatch' && certificate.servedIsMounted === false;
    });
    expect((await pod.get('/ready')).status).toBe(200);
    await pod.serves(good.fingerprint);
    // What would be read at a restart is still the good one.
    await pod.proxysql?.stop();
    pod.startProxysql();
    await pod.ready();
    await pod.serves(good.fingerprint);
  });

  it('does nothing when the same files are mounted again', async () => {
    const issued = await leaf(root);
    await running(issued);

    mountSecret(pod.path('server'), tlsSecret(issued, root));
    mountSecret(pod.path('server'), tlsSecret(issued, root));
    await pod.get('/ready');

    expect((await pod.status()).certificate).toMatchObject({ reloads: 0, servedIsMounted: true });
  });

  it('trusts the old and the new authority for client certificates while authorities are replaced', async () => {
    const oldClient = await leaf(root, { usages: ['client'] });
    await running(await leaf(root));

    const renewed = await leaf(otherRoot);
    pod.mountCertificate('server', tlsSecret(renewed, otherRoot));
    await pod.serves(renewed.fingerprint);

    const ca = readFileSync(pod.path('data', 'proxysql-ca.pem'), 'utf8');
    expect(ca.indexOf(otherRoot.pem.trim())).toBe(0);
    expect(ca).toContain(root.pem.trim());
    expect((await pod.status()).certificate?.formerAuthorities).toBe(1);
    const connection = await connect({
      ssl: { ca: otherRoot.pem, verifyIdentity: true, cert: oldClient.pem, key: oldClient.keyPem },
    });
    connection.destroy();
  });

  it('is killed and comes back: ProxySQL goes on, and a renewal in between is made up for', async () => {
    await running(await leaf(root));
    await pod.sidecar?.stop('SIGKILL');
    const renewed = await leaf(root);
    pod.mountCertificate('server', tlsSecret(renewed, root));
    (await connect()).destroy();

    pod.startSidecar();

    await pod.gateOpen();
    await pod.serves(renewed.fingerprint);
    await pod.ready();
  });

  it('comes back though the mounted files and the configuration are bad by then', async () => {
    const good = await leaf(root);
    await running(good);
    await pod.sidecar?.stop('SIGKILL');
    pod.mountCertificate('server', { 'tls.crt': 'garbage', 'tls.key': 'garbage' });
    mountSecret(pod.path('auth'), { username: 'cluster', password: '' });

    pod.startSidecar();

    await pod.gateOpen();
    await pod.ready();
    await pod.serves(good.fingerprint);
    const { certificate, configuration } = await pod.status();
    expect(certificate?.mounted.reason).toBe('CertificateUnreadable');
    expect(configuration.problems).toEqual([expect.stringContaining('auth Secret, key password')]);
  });

  it('keeps set and link whole when it is killed in the middle of renewals', async () => {
    await running(await leaf(root));
    for (let round = 0; round < 5; round += 1) {
      pod.mountCertificate('server', tlsSecret(await leaf(root), root));
      await pod.sidecar?.stop('SIGKILL');
      const folder = realpathSync(pod.path('run', 'tls', 'current'));
      expect(existsSync(`${folder}/proxysql-key.pem`)).toBe(true);
      pod.startSidecar();
      await pod.gateOpen();
    }
    const last = await leaf(root);
    pod.mountCertificate('server', tlsSecret(last, root));
    await pod.serves(last.fingerprint);
  });

  it('drains: not ready, new connections refused, the running ones awaited', async () => {
    await running(await leaf(root));
    const session = await connect();

    const drained = pod.get('/drain').then(async (answer) => (await answer.json()) as unknown);
    await eventually('ProxySQL is paused', async () => {
      const query = "SELECT Variable_Value FROM stats_mysql_global WHERE Variable_Name='mysql_listener_paused'";
      return (await withAdmin(pod.admin(), async (admin) => await admin.scalar(query))) === 'true';
    });
    await expect(connect()).rejects.toThrow(/ECONNREFUSED/);
    expect((await pod.get('/ready')).status).toBe(503);
    await session.query('SELECT CONNECTION_ID()');
    expect((await pod.status()).drain).toBe('draining');
    const again = pod.get('/drain').then(async (answer) => (await answer.json()) as unknown);
    await session.end();

    expect(await drained).toMatchObject({ outcome: 'empty', remaining: 0 });
    expect(await again).toEqual(await drained);
    expect((await pod.status()).drain).toBe('drained');
  });

  it('gives up draining when the budget has run out', async () => {
    await running(await leaf(root), { env: { DRAIN_BUDGET_SECONDS: '2' } });
    const session = await connect();

    expect(await (await pod.get('/drain')).json()).toMatchObject({ outcome: 'budget', remaining: 1 });
    session.destroy();
  });

  it('is ready again when ProxySQL is started anew after a drain', async () => {
    await running(await leaf(root));
    await pod.get('/drain');
    await pod.proxysql?.stop();
    pod.startProxysql();

    await pod.ready();
    expect((await pod.status()).drain).toBe('none');
  });

  it('drains only for those who know the token, where there is one', async () => {
    await running(await leaf(root), { env: { DRAIN_TOKEN: 'a-token' } });

    expect((await pod.get('/drain')).status).toBe(403);
    expect((await pod.get('/drain', { 'x-drain-token': 'another' })).status).toBe(403);
    expect((await pod.get('/ready')).status).toBe(200);
    expect((await pod.get('/drain', { 'x-drain-token': 'a-token' })).status).toBe(200);
  });

  it('serves metrics over TLS, with the newest certificate, and says what is served', async () => {
    const issued = await leaf(root);
    await running(issued);
    const first = await scrape(pod, root);
    expect(first.fingerprint).toBe(issued.fingerprint);
    expect(first.body).toContain('proxysql_uptime_seconds_total');
    expect(first.body).toContain('proxysql_sidecar_served_matches_mounted 1');
    expect(first.body).toContain(`proxysql_sidecar_served_certificate_info{fingerprint="${issued.fingerprint}"`);
    expect(first.body).toContain('proxysql_sidecar_proxysql_metrics_up 1');

    const own = await leaf(root);
    pod.mountCertificate('metrics-exporter', tlsSecret(own, root));
    await pod.sidecar?.stop();
    pod.startSidecar();
    await pod.gateOpen();
    await eventually(
      'metrics have their own certificate',
      async () => (await scrape(pod, root)).fingerprint === own.fingerprint,
    );

    const renewed = await leaf(root);
    pod.mountCertificate('metrics-exporter', tlsSecret(renewed, root));
    await eventually('it is renewed', async () => (await scrape(pod, root)).fingerprint === renewed.fingerprint);
  });

  it('tells when ProxySQL serves something else, and puts it right', async () => {
    const issued = await leaf(root);
    await running(issued);
    await pod.proxysql?.stop();
    expect((await pod.get('/ready')).status).toBe(503);
    expect((await pod.status()).certificate?.unserved).toContain('ECONNREFUSED');

    pod.startProxysql();
    await pod.ready();
    await pod.serves(issued.fingerprint);
  });

  it('reports what holds it, what was left out, and what ProxySQL finds wrong with its servers', async () => {
    const [closed = 0] = await freePorts(1);
    await prepared({ configuration: `mysql_servers=( { address="127.0.0.1" port=${closed} hostgroup=2 } )` });
    mountSecret(pod.path('users'), {});
    pod.mountCertificate('server', tlsSecret(await leaf(root), root));
    await pod.start();

    await eventually('the server was found to be gone', async () => {
      const { servers = [] } = await pod.report();
      return servers[0]?.trouble !== undefined;
    });
    const { gate, readiness, configuration: reported, servers } = await pod.report();
    expect(gate).toMatchObject({ ok: true, reason: 'CertificateProven' });
    expect(readiness).toMatchObject({ ok: true, reason: 'Serving' });
    expect(reported.problems.join()).toContain('app');
    expect(reported.changedSinceStart).toBe(false);
    expect(servers).toEqual([
      {
        address: `127.0.0.1:${closed}`,
        inService: true,
        trouble: expect.stringContaining("Can't connect to server on '127.0.0.1'") as string,
      },
    ]);

    await pod.proxysql?.stop('SIGKILL');
    await pod.get('/ready');
    const later = await pod.report();
    expect(later.readiness).toMatchObject({ ok: false, reason: 'AdminUnavailable' });
    expect(later).not.toHaveProperty('servers');
  });

  it('works without TLS where that is allowed', async () => {
    await prepared({ tls: false, env: { ALLOW_PLAINTEXT: 'true' } });
    await pod.start();

    const connection = await connect({ ssl: undefined });
    await connection.query('SELECT CONNECTION_ID()');
    connection.destroy();
    expect((await pod.status()).gate.reason).toBe('PlaintextAllowed');
  });

  it('keeps the account that ProxySQL knows however often the auth Secret changes', async () => {
    await running(await leaf(root));
    for (const password of ['SecondPw4711', 'ThirdPw4711', 'FourthPw4711', 'FifthPw4711']) {
      mountSecret(pod.path('auth'), { username: 'cluster', password });
      await eventually('it is noticed', () => readFileSync(pod.path('run', 'proxysql.cnf'), 'utf8').includes(password));
    }

    const renewed = await leaf(root);
    pod.mountCertificate('server', tlsSecret(renewed, root));

    await pod.serves(renewed.fingerprint);
    expect((await pod.get('/ready')).status).toBe(200);
    // The sidecar that comes after a crash knows it too.
    await pod.sidecar?.stop('SIGKILL');
    pod.startSidecar();
    await pod.gateOpen();
    await pod.ready();
  });

  it('knows that a ProxySQL which was started again has read what changed before', async () => {
    await running(await leaf(root));
    mountSecret(pod.path('auth'), { username: 'cluster', password: 'AnotherPw4711' });
    await eventually('it is noticed', async () => (await pod.status()).configuration.changedSinceStart);
    await pod.ready();
    expect((await pod.status()).configuration.changedSinceStart).toBe(true);
    await pod.sidecar?.stop('SIGKILL');
    pod.startSidecar();
    await pod.gateOpen();
    await pod.ready();
    expect((await pod.status()).configuration.changedSinceStart).toBe(true);

    await pod.proxysql?.stop();
    pod.startProxysql();

    await eventually('it is read', async () => {
      await pod.get('/ready');
      return !(await pod.status()).configuration.changedSinceStart;
    });
  });

  it('refuses to run without knowing what certificates are for', async () => {
    await prepared({ env: { EXPECTED_NAMES: '' } });

    expect(await pod.startSidecar().exited).toBe(64);
    expect(pod.sidecar?.output).toContain('EXPECTED_NAMES');
  });
});

async function scrape(pod: Pod, root: Issued): Promise<{ fingerprint: string; body: string }> {
  return await new Promise((resolve, reject) => {
    https
      .get({ host: 'localhost', port: pod.ports.metrics, path: '/metrics', ca: root.pem, agent: false }, (response) => {
        const { socket } = response as unknown as { socket: TLSSocket };
        const fingerprint = socket.getPeerCertificate().fingerprint256.replaceAll(':', '').toLowerCase();
        let body = '';
        response.on('data', (bytes: Buffer) => (body += bytes.toString()));
        response.once('end', () => resolve({ fingerprint, body }));
      })
      .once('error', reject);
  });
}
