import { App, Chart, type ChartProps, Cron } from 'cdk8s';
import { Container, CronJob, Deployment, type DeploymentProps } from 'cdk8s-plus-27';
import { AppBinding, CertificateAlias, Issuer, ProxySQL, ProxySQLApp, type ProxySQLProps } from '../lib';
import { SYNC_WAVE_ANNOTATION } from '../lib/sync-wave';

const NAMESPACE = { namespace: 'shop' };

const proxysqlIn = (app: App, name = 'proxy', props: Partial<ProxySQLProps> = {}): ProxySQL =>
  new ProxySQL(new Chart(app, name, NAMESPACE), name, {
    version: '3.0.1',
    backend: AppBinding.fromName('db'),
    tls: { issuer: Issuer.fromName('ca') },
    ...props,
  });

function deploymentIn(app: App, { chart = NAMESPACE, ...props }: DeploymentProps & { chart?: ChartProps } = {}) {
  const deployment = new Deployment(new Chart(app, 'app', chart), 'app', {
    containers: [{ image: 'app:1' }],
    ...props,
  });
  return { deployment, container: deployment.containers[0] as Container };
}

const waveOf = (construct: Deployment | CronJob): unknown =>
  (construct.metadata.toJson() as { annotations?: { [key: string]: string } }).annotations?.[SYNC_WAVE_ANNOTATION];

describe('the order of Argo CD, which applies no wave before all that is in the one before is healthy', () => {
  test('given a workload that waits for the certificate, then it comes after what the certificate comes from', () => {
    const app = new App();
    const { deployment, container } = deploymentIn(app);
    expect(waveOf(deployment)).toBeUndefined();
    proxysqlIn(app).connect(container);
    expect(waveOf(deployment)).toBe('7');
  });

  test('given a container that runs before others, in pods that are made later, then so does their workload', () => {
    const app = new App();
    const job = new CronJob(new Chart(app, 'jobs', NAMESPACE), 'job', {
      schedule: Cron.daily(),
      containers: [{ image: 'app:1' }],
    });
    proxysqlIn(app).connect(job.addInitContainer({ image: 'app:1', name: 'migrate' }));
    expect(waveOf(job)).toBe('7');
  });

  test('given a workload with a wave, then it stays in that one', () => {
    const app = new App();
    const annotations = { [SYNC_WAVE_ANNOTATION]: '20' };
    const { deployment, container } = deploymentIn(app, { metadata: { annotations } });
    proxysqlIn(app).connect(container);
    expect(waveOf(deployment)).toBe('20');
  });

  test('given a container that is in no workload, then it is connected all the same', () => {
    const container = new Container({ image: 'app:1' });
    proxysqlIn(new App()).connect(container);
    expect(container.mounts).toHaveLength(1);
  });
});

describe('the namespace of a workload', () => {
  const problems = (chart: ChartProps, props: Partial<ProxySQLProps> = {}): string[] => {
    const app = new ProxySQLApp();
    proxysqlIn(app, 'proxy', props).connect(deploymentIn(app, { chart }).container);
    return app.problems();
  };

  test('given another than the ProxySQL’s, then it is told that the Secrets are not there', () => {
    expect(problems({ namespace: 'billing' })).toEqual([
      'app/app: metadata.namespace (given: "billing"): The Secrets of ProxySQL shop/proxy are in its own namespace, and pods mount none of another. Put both into one namespace.',
    ]);
  });

  test('given the same, or one that is not known here, or nothing to mount, then nothing is wrong', () => {
    expect(problems(NAMESPACE)).toEqual([]);
    expect(problems({})).toEqual([]);
    const issuer = Issuer.fromName('letsencrypt', { acme: true });
    const certificates = [{ alias: CertificateAlias.SERVER, dnsNames: ['db.example.com'] }];
    expect(problems({ namespace: 'billing' }, { tls: { issuer, certificates } })).toEqual([]);
  });
});

describe('a container with two ProxySQLs', () => {
  test('given one folder for both, then it is told, since Kubernetes refuses that', () => {
    const app = new ProxySQLApp();
    const { container } = deploymentIn(app);
    for (const name of ['orders', 'stock']) {
      proxysqlIn(app, name).connect(container, { environmentPrefix: name.toUpperCase() });
    }
    expect(app.problems()).toEqual([
      'stock/stock: mountPath (given: "/etc/mysql/tls"): Container main has another volume there. Give connect() a mountPath and an environmentPrefix of their own.',
    ]);
  });

  test('given a folder for each, then nothing is wrong', () => {
    const app = new ProxySQLApp();
    const { container } = deploymentIn(app);
    for (const name of ['orders', 'stock']) {
      proxysqlIn(app, name).connect(container, { environmentPrefix: name.toUpperCase(), mountPath: `/tls/${name}` });
    }
    expect(app.problems()).toEqual([]);
    expect(container.mounts.map(({ path }) => path)).toEqual(['/tls/orders', '/tls/stock']);
  });

  test('given the same one under two names, then its files are there once', () => {
    const app = new ProxySQLApp();
    const { container } = deploymentIn(app);
    const proxysql = proxysqlIn(app);
    proxysql.connect(container);
    proxysql.connect(container, { environmentPrefix: 'REPORTS' });
    expect(app.problems()).toEqual([]);
    expect(container.mounts).toHaveLength(1);
  });
});
