import { JsonPatch } from 'cdk8s';
import {
  AppBinding,
  appBindingResource,
  DatabaseTopology,
  ExternalDatabaseType,
  KubedbDatabaseKind,
} from '../lib/app-binding';
import { DatabaseAddress } from '../lib/app-binding-address';
import { manifestOf, problemsOf, TEST_CA, testChart } from './constructs';

const caBundle = Buffer.from(TEST_CA).toString('base64');

/** What is said about an AppBinding with this address. */
function problemsAt(address: DatabaseAddress): string[] {
  const chart = testChart();
  new AppBinding(chart, 'db', { address, secretName: 'db-login' });
  return problemsOf(chart);
}

describe('an external database', () => {
  test('is an address and a Secret', () => {
    const chart = testChart({ namespace: 'demo' });

    const binding = AppBinding.externalMysql(chart, 'db', { host: 'db.example.com', secretName: 'db-login' });

    expect(manifestOf(binding)).toEqual({
      apiVersion: 'appcatalog.appscode.com/v1alpha1',
      kind: 'AppBinding',
      metadata: { name: 'db', namespace: 'demo' },
      spec: {
        type: 'mysql',
        clientConfig: { url: 'tcp(db.example.com:3306)/' },
        secret: { kind: 'Secret', name: 'db-login' },
      },
    });
    expect(binding.name).toBe('db');
    expect(problemsOf(chart)).toEqual([]);
  });

  test('may have TLS, a version, a topology and several servers', () => {
    const chart = testChart();

    const binding = AppBinding.externalMysql(chart, 'db', {
      host: 'fd00::7',
      port: 3307,
      type: ExternalDatabaseType.PERCONA_XTRADB,
      version: '8.4.3',
      secretName: 'db-login',
      caBundle: TEST_CA,
      tlsSecretName: 'db-client',
      serverName: 'db.example.com',
      topology: DatabaseTopology.GALERA,
      servers: ['10.0.0.7', '10.0.0.8:3307'],
    });

    expect(manifestOf(binding).spec).toEqual({
      type: 'perconaxtradb',
      version: '8.4.3',
      clientConfig: { url: 'tcp([fd00::7]:3307)/', caBundle, serverName: 'db.example.com' },
      secret: { kind: 'Secret', name: 'db-login' },
      tlsSecret: { kind: 'Secret', name: 'db-client' },
      parameters: {
        apiVersion: 'cdk8s-proxysql.io/v1alpha1',
        kind: 'BackendParameters',
        topology: 'Galera',
        hosts: ['10.0.0.7', '10.0.0.8:3307'],
      },
    });
    expect(problemsOf(chart)).toEqual([]);
  });

  test('may be a Service in the cluster', () => {
    const chart = testChart();

    const binding = new AppBinding(chart, 'db', {
      address: DatabaseAddress.service({ name: 'mysql', namespace: 'databases' }),
      secretName: 'db-login',
    });

    expect(manifestOf(binding).spec.clientConfig).toEqual({
      service: { scheme: 'mysql', name: 'mysql', namespace: 'databases', port: 3306 },
    });
    expect(problemsOf(chart)).toEqual([]);
  });

  test('is known to what renders from it, patches included', () => {
    const binding = AppBinding.externalMysql(testChart(), 'db', { host: 'db', secretName: 'db-login' });

    binding.addJsonPatch(JsonPatch.add('/spec/version', '9.0.1'));

    expect(appBindingResource(binding)).toMatchObject({ kind: 'AppBinding', spec: { version: '9.0.1' } });
  });
});

describe('a database of KubeDB', () => {
  test('is known by name, and nothing is made', () => {
    const binding = AppBinding.fromName('mysql-server');
    expect(binding.name).toBe('mysql-server');
    expect(appBindingResource(binding)).toBeUndefined();
  });

  test.each([
    [KubedbDatabaseKind.MYSQL, 'kubedb.com/mysql'],
    [KubedbDatabaseKind.MARIADB, 'kubedb.com/mariadb'],
    [KubedbDatabaseKind.PERCONA_XTRADB, 'kubedb.com/perconaxtradb'],
  ])('can be described as %s', (kind, type) => {
    const binding = AppBinding.fromKubedb({ kind, name: 'db', namespace: 'demo', replicas: 3, caBundle: TEST_CA });

    expect(appBindingResource(binding)).toMatchObject({
      apiVersion: 'appcatalog.appscode.com/v1alpha1',
      kind: 'AppBinding',
      metadata: { name: 'db', namespace: 'demo' },
      spec: {
        type,
        appRef: { apiGroup: 'kubedb.com', kind, name: 'db', namespace: 'demo' },
        clientConfig: { service: { scheme: 'mysql', name: 'db', namespace: 'demo', port: 3306 }, caBundle },
        secret: { name: 'db-auth' },
        parameters: { replicas: 3 },
      },
    });
  });
});

describe('what is wrong with an AppBinding', () => {
  test.each([
    DatabaseAddress.url('root:hunter2@tcp(db:3306)/'),
    DatabaseAddress.url('mysql://root:hunter2@db:3306/'),
    DatabaseAddress.host('root:hunter2@db'),
  ])('a login in the address is refused and never shown', (address) => {
    expect(problemsAt(address)).toEqual([
      'spec.clientConfig.url: There is a login in this address (it is not shown). ' +
        'Take user and password out, and put them into the Secret that secretName gives, under username and password.',
    ]);
  });

  test.each([
    [
      DatabaseAddress.url('db.example.com'),
      /^spec\.clientConfig\.url \(given: "db\.example\.com"\): .*tcp\(host:3306\)/,
    ],
    [DatabaseAddress.host('db.example.com', 0), /^port \(given: 0\): there is no such port\. .*1 to 65535/],
    [DatabaseAddress.host('db.example.com', 65_536), /^port \(given: 65536\): there is no such port/],
    [DatabaseAddress.host('db example'), /^host \(given: "db example"\): this is neither a DNS name nor an IP address/],
    [DatabaseAddress.host(''), /^host \(given: ""\): this is neither a DNS name/],
  ])('an address has a host and a port', (address, sentence) => {
    expect(problemsAt(address)).toEqual([expect.stringMatching(sentence)]);
  });

  test('an address that a patch puts right is right', () => {
    const chart = testChart();
    const binding = new AppBinding(chart, 'db', { address: DatabaseAddress.host('h:3306'), secretName: 'db-login' });
    binding.addJsonPatch(JsonPatch.replace('/spec/clientConfig/url', 'tcp(h:3306)/'));
    expect(problemsOf(chart)).toEqual([]);
  });

  test('a Service has a port', () => {
    expect(problemsAt(DatabaseAddress.service({ name: 'db', port: 0 }))).toEqual([
      expect.stringMatching(/^spec\.clientConfig\.service \(given: \{"name":"db","port":0\}\)/),
    ]);
  });

  test('a password is not the name of a Secret, and not shown', () => {
    const chart = testChart();

    AppBinding.externalMysql(chart, 'db', {
      host: 'db',
      secretName: 'Hunter2!',
      caBundle: TEST_CA,
      tlsSecretName: 'S3cret!',
    });

    const found = problemsOf(chart);
    expect(found.map((problem) => problem.split(':')[0])).toEqual(['spec.secret.name', 'spec.tlsSecret.name']);
    expect(found.join()).not.toMatch(/Hunter2|S3cret/);
  });

  test('a CA bundle is PEM', () => {
    const chart = testChart();

    AppBinding.externalMysql(chart, 'db', { host: 'db', secretName: 'login', caBundle: '/etc/ssl/ca.crt' });

    expect(problemsOf(chart)).toEqual([
      'spec.clientConfig.caBundle: There is no PEM certificate in it. Give the CA certificates as PEM text, and nothing else.',
    ]);
  });

  test('a CA is there to be used', () => {
    const chart = testChart();

    AppBinding.externalMysql(chart, 'db', {
      host: 'db',
      secretName: 'login',
      caBundle: TEST_CA,
      insecureSkipTlsVerify: true,
    });

    expect(problemsOf(chart)).toEqual([
      'spec.clientConfig.insecureSkipTLSVerify (given: true): There is a CA to verify the database with, and verifying is ' +
        'switched off. Leave insecureSkipTlsVerify out.',
    ]);
  });

  test('a client certificate is not shown to a database that is not verified', () => {
    const chart = testChart();

    AppBinding.externalMysql(chart, 'db', { host: 'db', secretName: 'login', tlsSecretName: 'db-client' });

    expect(problemsOf(chart)).toEqual([expect.stringMatching(/^spec\.clientConfig\.caBundle: /)]);
  });

  test('is reported for what a JSON patch broke, and nothing is thrown', () => {
    const chart = testChart();
    const binding = AppBinding.externalMysql(chart, 'db', { host: 'db', secretName: 'login' });

    binding.addJsonPatch(JsonPatch.remove('/spec/clientConfig'));

    expect(problemsOf(chart)).toEqual([expect.stringMatching(/^spec\.clientConfig: /)]);
  });
});
