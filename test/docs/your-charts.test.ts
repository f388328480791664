import { Testing } from 'cdk8s';
import { BackendSource, IssuerSource, ProxySQLApp, TlsProxySQLChart } from '../../lib';

const props = {
  namespace: 'shop',
  issuer: IssuerSource.clusterIssuerName('company-ca'),
  backend: BackendSource.appBindingName('shop-db'),
  version: '3.0.1-debian',
};

test('the manifests are those that were reviewed', () => {
  const chart = new TlsProxySQLChart(Testing.app(), 'shop-proxy', { ...props, replicas: 3 });

  expect(Testing.synth(chart)).toMatchSnapshot();
});

test('what is wrong is told', () => {
  const app = new ProxySQLApp();
  new TlsProxySQLChart(app, 'shop-proxy', { ...props, replicas: -1 });

  expect(app.problems()).toEqual([expect.stringContaining('spec.replicas (given: -1): must be at least 0')]);
  expect(() => app.synthYaml()).toThrow('spec.replicas (given: -1): must be at least 0');
});
