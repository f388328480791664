import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { silentLogger } from '../../runtime/logger';
import { readSettings } from '../../sidecar/settings';
import { Sidecar } from '../../sidecar/sidecar';
import { Connection } from '../double/connection';
import { JumpingClock } from '../runtime/jumping-clock';
import { freePorts } from './support/ports';
import { mountSecret } from './support/secret-mount';
import { eventually } from './support/wait';

const MINUTE = 60_000;

describe('a ProxySQL whose MySQL port answers slowly', () => {
  let folder: string;
  let clock: JumpingClock;
  let sidecar: Sidecar;
  let asked: Promise<void>;
  let greet: () => void;
  let http: number;
  const servers: net.Server[] = [];

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'started-'));
    mountSecret(path.join(folder, 'auth'), { username: 'cluster', password: 'AdminPw' });
    mountSecret(path.join(folder, 'monitor'), { username: 'proxysql', password: 'MonitorPw' });
    mountRule(1);
    const greeted = new Promise<void>((resolve) => (greet = resolve));
    const admin = await listen(async () => await Promise.resolve());
    let ask = (): void => undefined;
    asked = new Promise<void>((resolve) => (ask = resolve));
    const db = await listen(async () => {
      ask();
      await greeted;
    });
    const [free = 0, metrics = 0] = await freePorts(2);
    http = free;
    const folders = Object.fromEntries(
      ['run', 'data', 'config', 'auth', 'monitor', 'users', 'init'].map((name) => [
        `${name.toUpperCase()}_DIR`,
        path.join(folder, name),
      ]),
    );
    const ports = { DB_PORT: db, ADMIN_PORT: admin, METRICS_PORT: metrics, SIDECAR_PORT: http };
    const settings = readSettings({
      EXPECTED_NAMES: '{}',
      ALLOW_PLAINTEXT: 'true',
      ...folders,
      ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [name, String(port)])),
    });
    clock = new JumpingClock();
    sidecar = new Sidecar({ settings, clock, random: () => 1, logger: silentLogger() });
    await sidecar.start();
  });

  afterEach(async () => {
    await sidecar.stop();
    servers.splice(0).forEach((server) => server.close());
    rmSync(folder, { recursive: true });
  });

  function mountRule(id: number): void {
    mountSecret(path.join(folder, 'config'), {
      'proxysql.cnf': `mysql_query_rules= ( { rule_id=${id} active=1 apply=1 } )\n`,
    });
  }

  /** A port of a ProxySQL that was started at this moment, and greets when it is told to. */
  async function listen(greeted: () => Promise<void>): Promise<number> {
    const server = net.createServer((socket) => {
      socket.on('error', () => undefined);
      const port = {
        serverVersion: '8.0.11',
        plugin: 'mysql_native_password' as const,
        tls: () => undefined,
        findUser: (username: string) => ({ username, password: 'AdminPw', useSsl: false }),
        answer: () => ({ columns: ['Variable_Value'], rows: [['0']] }),
      };
      void greeted().then(async () => await new Connection(socket, port, 1).run().catch(() => socket.destroy()));
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as net.AddressInfo).port;
  }

  it('is not taken for one that was started when the answers came, and so has read what changed meanwhile', async () => {
    const probe = fetch(`http://127.0.0.1:${http}/ready`);
    await asked;
    clock.jump(MINUTE);
    mountRule(2);
    await eventually('it is noticed', () => sidecar.status().configuration.changedSinceStart);
    clock.jump(MINUTE);

    greet();

    expect((await probe).status).toBe(200);
    expect(sidecar.status().configuration.changedSinceStart).toBe(true);
  });
});
