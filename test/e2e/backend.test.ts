import { BackendSource, DatabaseTopology, Runtime } from '../../lib';
import { clusterTest } from '../cluster/harness/cluster-test';
import { isTrue, type KubeObject, ref } from '../cluster/harness/kube-object';
import { type Pod } from '../cluster/harness/pods';
import { authority, leaf } from '../sidecar/support/pki';
import { tlsSecret } from '../sidecar/support/secret-mount';
import { MariaDb } from '../support/mariadb';
import { OperatorInstallation } from './support/operator';
import { PASSWORDS, Proxy, restarts, secret, synthesize, untilServed, userSecrets } from './support/proxy';
import { Load, login } from './support/strict-client';
import { loadImages, variants } from './support/variants';

const MINUTE = 60_000;
const REPLICAS = 2;
const resource = ref('kubedb.com/v1', 'ProxySQL', 'proxy');
const pods = { apiVersion: 'v1', kind: 'Pod' };
const labelSelector = 'app.kubernetes.io/instance=proxy';
const title =
  'given a MariaDB that insists on client certificates, then it gets every statement once through renewals and another version';

interface ProxySQL extends KubeObject {
  status?: { phase?: string };
}

// The double has no database behind it, so this needs the real thing on both sides.
const variant = variants().find(({ name }) => name === 'the real ProxySQL');
const missing = [
  ...(variant === undefined ? ['no proxysql (PROXYSQL_BINARY)'] : []),
  ...(MariaDb.available() ? [] : ['no mariadbd (Debian: mariadb-server-core)']),
];

if (variant === undefined || missing.length > 0) {
  test.skip(`${title} (skipped: there is ${missing.join(' and ')})`, () => undefined);
} else {
  clusterTest(
    title,
    async ({ namespace, cluster }) => {
      const { admin, name } = namespace;
      await loadImages(cluster, variant);
      const root = await authority('Database root');
      const server = await leaf(root, { dnsNames: ['orders-db'] });
      const client = await leaf(root, { name: 'proxysql', usages: ['client'] });
      const host = cluster?.network?.hostAddress;
      const database = await MariaDb.start({ host, tls: { ca: root.pem, cert: server.pem, key: server.keyPem } });
      try {
        await database.run(
          'CREATE DATABASE shop',
          'CREATE TABLE shop.orders (id INT AUTO_INCREMENT PRIMARY KEY, item VARCHAR(50))',
          `CREATE USER orders IDENTIFIED BY '${PASSWORDS.app}' REQUIRE X509`,
          'GRANT ALL ON shop.* TO orders',
          `CREATE USER proxysql IDENTIFIED BY '${PASSWORDS.monitor}'`,
        );
        await OperatorInstallation.install(namespace);
        const objects = synthesize(name, variant, Runtime.operator({ install: false }), {
          authSecret: undefined,
          replicas: REPLICAS,
          backend: BackendSource.external({
            metadata: { name: 'orders-db' },
            host: database.host,
            port: database.port,
            secretName: 'orders-db-login',
            caBundle: root.pem,
            tlsSecretName: 'orders-db-tls',
            topology: DatabaseTopology.STANDALONE,
            version: '8.0.36',
          }),
          configuration: { users: [{ username: 'orders' }] },
        });
        for (const object of [...userSecrets(), secret('orders-db-tls', tlsSecret(client, root)), ...objects]) {
          await admin.apply(object);
        }
        await admin.until<ProxySQL>(resource, (seen) => seen?.status?.phase === 'Ready', { timeout: 90_000 });
        const proxy = new Proxy(admin);
        const addresses = await Promise.all([0, 1].map((ordinal) => proxy.address(ordinal)));
        const target = await proxy.login(await proxy.serviceAddress());

        await using load = new Load(
          () => target,
          2,
          async (connection) => {
            await connection.query("INSERT INTO shop.orders (item) VALUES ('load')");
          },
        );
        const session = await login({ ...target, address: addresses[0] ?? '' });
        expect((await session.query("SHOW STATUS LIKE 'Ssl_cipher'"))[0]).toEqual([
          { Variable_name: 'Ssl_cipher', Value: expect.stringContaining('TLS_') as unknown },
        ]);
        await session.beginTransaction();
        await session.query("INSERT INTO shop.orders (item) VALUES ('transaction')");
        for (let renewal = 0; renewal < 3; renewal += 1) {
          const fingerprint = await proxy.renew();
          await Promise.all(addresses.map((address) => untilServed(address, fingerprint)));
        }
        for (const ordinal of addresses.keys()) {
          expect(restarts(await proxy.readyPod(ordinal))).toBe(0);
        }

        const uids = new Set((await admin.list<Pod>(pods, { labelSelector })).map(({ metadata }) => metadata.uid));
        // The last pod goes first; its query is under way then, and the transaction on the other one too.
        const last = await login({ ...target, address: addresses.at(-1) ?? '' });
        const slow = last.query('SELECT SLEEP(8) AS done').finally(async () => await last.end());
        await admin.patch(resource, { spec: { version: variant.nextVersion } });
        expect((await slow)[0]).toEqual([{ done: 0 }]);
        await session.query("INSERT INTO shop.orders (item) VALUES ('transaction')");
        await session.commit();
        await session.end();
        await admin.untilList<Pod>(
          pods,
          { labelSelector },
          (found) => found.length === REPLICAS && found.every((pod) => isTrue(pod) && !uids.has(pod.metadata.uid)),
          { timeout: 2 * MINUTE },
        );
        await load.stop();

        expect(load.failures).toEqual([]);
        expect(load.visits).toBeGreaterThan(20);
        const stored = await database.run('SELECT item, COUNT(*) AS n FROM shop.orders GROUP BY item ORDER BY item');
        expect(stored.map(({ item, n }) => [item, Number(n)])).toEqual([
          ['load', load.visits],
          ['transaction', 2],
        ]);
      } finally {
        await database.stop();
      }
    },
    { tier: 'node', ownCluster: true, timeout: 5 * MINUTE },
  );
}
