import { withAdmin } from '../../runtime/mysql/admin';
import { authority, type Issued, leaf } from './support/pki';
import { Pod } from './support/pod';
import { proxysqlPrograms } from './support/programs';
import { tlsSecret } from './support/secret-mount';
import { eventually } from './support/wait';

jest.setTimeout(120_000);

function servers(...hostnames: string[]): string {
  const rows = hostnames.map((hostname) => `{ hostname="${hostname}" port=6032 weight=1 }`);
  return `proxysql_servers=\n(\n  ${rows.join(',\n  ')}\n)\n`;
}

describe.each(proxysqlPrograms())('the peers of $name', (program) => {
  let pod: Pod;
  let root: Issued;

  beforeEach(async () => {
    root = await authority('Root');
    pod = await Pod.create(program, { configuration: servers('p-0.invalid', 'p-1.invalid') });
    pod.mountCertificate('server', tlsSecret(await leaf(root), root));
    await pod.start();
  });

  afterEach(async () => await pod.destroy());

  async function column(query: string): Promise<string[]> {
    const rows = await withAdmin(pod.admin(), async (session) => await session.rows(query));
    return rows.map(([value = '']) => value).sort();
  }

  const peers = async (): Promise<string[]> =>
    await column('SELECT hostname, port, weight, comment FROM runtime_proxysql_servers');

  const goesBy = async (...hostnames: string[]): Promise<void> => {
    await eventually('ProxySQL goes by the peers', async () => {
      const [found, status] = [await peers(), await pod.status()];
      return (
        found.join() === hostnames.join() && status.peers?.applied === true && status.peers.wanted === found.length
      );
    });
  };

  it('follow the mounted configuration while it runs', async () => {
    await goesBy('p-0.invalid', 'p-1.invalid');

    pod.mountConfiguration(servers('p-0.invalid', 'p-1.invalid', 'p-2.invalid'));
    await goesBy('p-0.invalid', 'p-1.invalid', 'p-2.invalid');
    pod.mountConfiguration(servers('p-0.invalid'));
    await goesBy('p-0.invalid');

    const { configuration, certificate } = await pod.status();
    expect(configuration).toMatchObject({ changedSinceStart: false, problems: [] });
    expect(certificate?.reloads).toBe(0);
  });

  it('change, and everything else waits for the next start and says so', async () => {
    pod.mountConfiguration(`${servers('p-0.invalid')}mysql_query_rules=( { rule_id=1 active=1 apply=1 } )\n`);

    await goesBy('p-0.invalid');
    expect((await pod.status()).configuration.changedSinceStart).toBe(true);
    await pod.proxysql?.stop();
    pod.startProxysql();
    await pod.ready();
    expect(await peers()).toEqual(['p-0.invalid']);
  });

  it('are brought to a ProxySQL by a sidecar that was away when they changed', async () => {
    await pod.sidecar?.stop('SIGKILL');
    pod.mountConfiguration(servers('p-1.invalid'));
    pod.startSidecar();

    await goesBy('p-1.invalid');
  });
});
