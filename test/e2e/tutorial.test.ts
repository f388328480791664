import { spawnSync } from 'node:child_process';
import net from 'node:net';
import { takeDown } from '../cluster/driver/cleanup';
import { adminKubeconfig, up } from '../cluster/driver/cluster';
import { ownIdentity } from '../cluster/driver/processes';
import { type ClusterState, readState } from '../cluster/driver/state';
import { ApiClient } from '../cluster/harness/api-client';
import { clusterTest, skipOrFail } from '../cluster/harness/cluster-test';
import { failureDump } from '../cluster/harness/failure-dump';
import { readKubeconfig } from '../cluster/harness/kubeconfig';
import { isAsShown } from '../docs/transcript';
import { programOf, type Step, stepsOf, TUTORIAL } from '../docs/tutorial';
import { MariaDb } from '../support/mariadb';
import { Reader } from './support/reader';
import { loadImages, type Variant, variants } from './support/variants';

type Database = Pick<MariaDb, 'host' | 'port'>;

const MINUTE = 60_000;
const STEPS = stepsOf(TUTORIAL);
const PROGRAM = programOf(TUTORIAL);
const [, VERSION = ''] = /^ {2}version: '(.*)'/m.exec(PROGRAM) ?? [];
const HOST = /host: '.*'/;
const NO_DATABASE =
  '...\nERROR 9001 (HY000) at line 1: Max connect timeout reached while reaching hostgroup 0 after 10000ms\n';

/**
 * Every command of the tutorial is run as it stands there. What the reader brings is brought by the test's cluster instead: a Kubernetes
 * that has seen nothing of ours, cert-manager, kubectl, and the images, since there is no registry. The database is a MariaDB of this machine,
 * so its address in main.ts is another one. The double has no database behind it but a port, and says so where it is asked for what is in there.
 */
for (const variant of variants()) {
  const title = `${variant.name}: given the tutorial's commands one after the other, then each prints what the tutorial shows`;
  const missing = missingFor(variant);
  if (missing.length > 0) {
    skipOrFail(title, `there is no ${missing.join(', no ')}`);
    continue;
  }
  clusterTest(
    title,
    async () => {
      const cluster = await up({ name: `tutorial-${process.pid}`, tier: 'node', owner: ownIdentity() });
      try {
        await loadImages(cluster, { ...variant, version: VERSION, nextVersion: VERSION });
        const host = cluster.network?.hostAddress;
        await using database = variant.hasDatabase ? await shopDatabase(host) : await portOnly(host);
        await using reader = await Reader.at(cluster, programWith(database));
        await follow(reader, variant);
      } catch (error) {
        process.stderr.write(`${await dump(cluster)}\n`);
        throw error;
      } finally {
        await takeDown(readState(cluster.directory) ?? cluster);
      }
    },
    { tier: 'node', ownCluster: true, timeout: 5 * MINUTE },
  );
}

async function follow(reader: Reader, variant: Variant): Promise<void> {
  const printed: string[] = [];
  const shown: string[] = [];
  for (const step of STEPS) {
    shown.push(shownBy(step, variant));
    printed.push(await reader.take(step, (text) => isAsShown([...printed, text], shown)));
    if (!isAsShown(printed, shown)) {
      expect({ ...step, prints: printed.at(-1) }).toEqual({ ...step, prints: shown.at(-1) });
    }
  }
  expect(printed.length).toBeGreaterThan(20);
}

function shownBy({ command, prints }: Step, { hasDatabase }: Variant): string {
  return !hasDatabase && command.includes('SELECT * FROM') ? NO_DATABASE : prints;
}

/** What a machine lacks that the commands, or the database, are. */
function missingFor({ hasDatabase }: Variant): string[] {
  const programs = ['mariadb', 'openssl'].filter((name) => spawnSync(name, ['--help']).status !== 0);
  return [...programs, ...(hasDatabase && !MariaDb.available() ? ['mariadbd'] : [])];
}

/** The database that the reader has. */
async function shopDatabase(host: string | undefined): Promise<MariaDb> {
  const database = await MariaDb.start({ host });
  await database.run(
    'CREATE DATABASE shop',
    'CREATE TABLE shop.orders (id INT AUTO_INCREMENT PRIMARY KEY, item VARCHAR(50))',
    "INSERT INTO shop.orders (item) VALUES ('staple')",
    "CREATE USER checkout IDENTIFIED BY 'correct-horse'",
    'GRANT ALL ON shop.* TO checkout',
    "CREATE USER proxysql IDENTIFIED BY 'monitor-battery'",
  );
  return database;
}

/** All that the double wants of a database: it looks whether somebody is there. */
async function portOnly(host = '127.0.0.1'): Promise<Database & AsyncDisposable> {
  const server = net.createServer((socket) => socket.destroy());
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, host, resolve));
  const { port } = server.address() as net.AddressInfo;
  return {
    host,
    port,
    [Symbol.asyncDispose]: async () => await new Promise((resolve) => server.close(() => resolve())),
  };
}

function programWith({ host, port }: Database): string {
  expect(PROGRAM).toMatch(HOST);
  return PROGRAM.replace(HOST, `host: '${host}', port: ${port}`);
}

async function dump(cluster: ClusterState): Promise<string> {
  const target = readKubeconfig(adminKubeconfig(cluster));
  const client = new ApiClient(target, { namespace: 'shop', userAgent: 'tutorial-test' });
  try {
    return await failureDump(client);
  } catch (error) {
    return `No dump: ${String(error)}`;
  } finally {
    client.close();
  }
}
