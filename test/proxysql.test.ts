import { App, Chart, Duration, JsonPatch, Testing } from 'cdk8s';
import { Deployment } from 'cdk8s-plus-27';
import {
  AppBinding,
  CertificateAlias,
  DatabaseAddress,
  DeletionPolicy,
  Issuer,
  MonitoringAgent,
  PrivateKeyEncoding,
  ProxySQL,
  type ProxySQLProps,
  Runtime,
  ServiceAlias,
  ServiceType,
} from '../lib';

const given = (props: Partial<ProxySQLProps> = {}, chart: Chart = Testing.chart()) =>
  new ProxySQL(chart, 'proxy', {
    metadata: { namespace: 'demo' },
    version: '3.0.1-debian',
    backend: AppBinding.fromName('db'),
    tls: { issuer: Issuer.fromName('ca') },
    ...props,
  });

const specOf = (props: Partial<ProxySQLProps>): unknown =>
  (given(props).object('ProxySQL').toJson() as { spec: unknown }).spec;

describe('the resource', () => {
  test('given the least, then it asks for one pod with TLS', () => {
    expect(specOf({})).toEqual({
      version: '3.0.1-debian',
      replicas: 1,
      backend: { name: 'db' },
      tls: { issuerRef: { apiGroup: 'cert-manager.io', kind: 'Issuer', name: 'ca' } },
    });
  });

  test('given every prop, then each is where KubeDB reads it', () => {
    expect(
      specOf({
        replicas: 3,
        syncUsers: true,
        halted: true,
        deletionPolicy: DeletionPolicy.WIPE_OUT,
        authSecret: { name: 'admin', externallyManaged: true },
        healthChecker: { period: Duration.seconds(20), timeout: Duration.seconds(5), failureThreshold: 3 },
        configuration: {
          users: [
            {
              username: 'app',
              spiffeId: 'spiffe://a/b',
              attributes: { note: 1 },
              maxConnections: 10,
              schemaLocked: true,
            },
          ],
          queryRules: [{ rule_id: 1, apply: 1 }],
          mysqlVariables: { threads: 8 },
          adminVariables: { refresh_interval: 1000 },
          secretName: 'fragments',
        },
        monitoring: {
          agent: MonitoringAgent.PROMETHEUS_OPERATOR,
          serviceMonitorLabels: { release: 'prometheus' },
          interval: Duration.seconds(15),
        },
        services: [
          {
            alias: ServiceAlias.PRIMARY,
            type: ServiceType.LOAD_BALANCER,
            ports: [{ name: 'db', port: 3306 }],
            annotations: { scheme: 'internal' },
            clientIpAffinitySeconds: 60,
          },
        ],
        pod: {
          labels: { tier: 'proxy' },
          controllerAnnotations: { reloader: 'off' },
          containers: [{ name: 'proxysql', env: [{ name: 'TZ', value: 'UTC' }] }],
          tolerations: [{ key: 'proxy', operator: 'Exists' }],
          imagePullSecrets: ['registry'],
        },
        tls: {
          issuer: Issuer.fromName('ca'),
          certificates: [
            {
              alias: CertificateAlias.CLIENT,
              issuer: Issuer.fromName('clients'),
              duration: Duration.days(90),
              renewBefore: Duration.days(30),
              subject: { organizations: ['shop'] },
              privateKeyEncoding: PrivateKeyEncoding.PKCS8,
            },
          ],
        },
      }),
    ).toMatchSnapshot();
  });

  test('given plaintext allowed, then the opt-out is an annotation that everybody can see', () => {
    const proxysql = given({ allowPlaintext: true, tls: undefined });
    expect(proxysql.object('ProxySQL').toJson()).toMatchObject({
      metadata: { annotations: { 'cdk8s-proxysql.io/allow-plaintext': 'true' } },
    });
    expect(proxysql.node.validate()).toEqual([]);
  });
});

describe('TLS Secrets that are supplied', () => {
  const alone = () => ({
    runtime: Runtime.standalone(),
    authSecret: { name: 'admin' },
    backend: new AppBinding(Testing.chart(), 'db', {
      address: DatabaseAddress.service({ name: 'db' }),
      secretName: 'db-auth',
    }),
  });
  const tls = {
    certificates: [
      { alias: CertificateAlias.SERVER, secretName: 'company-tls', dnsNames: ['*.example.com', 'db.example.com'] },
      { alias: CertificateAlias.CLIENT, secretName: 'company-client' },
    ],
  };

  test('given entries with a Secret and no issuer, then no issuer is named, and nothing is wrong with that', () => {
    const proxysql = given({ tls });
    expect(specOf({ tls })).toMatchObject({ tls });
    expect(specOf({ tls })).not.toHaveProperty('tls.issuerRef');
    expect(proxysql.node.validate()).toEqual([]);
    expect(proxysql).toMatchObject({
      host: 'db.example.com',
      serverCertificateSecretName: 'company-tls',
      clientCertificateSecretName: 'company-client',
    });
  });

  test('given no name in them, then clients verify the name of the Service', () => {
    const { host } = given({ tls: { certificates: [{ alias: CertificateAlias.SERVER, secretName: 'company-tls' }] } });
    expect(host).toBe('proxy.demo.svc');
  });

  test.each([
    ['the Service', ['localhost', 'proxy.demo.svc'], 'proxy.demo.svc'],
    ['the Service beside a public one', ['db.example.com', 'proxy.demo.svc'], 'proxy.demo.svc'],
    ['a wildcard that the Service falls under', ['*.demo.svc', 'db.example.com'], 'proxy.demo.svc'],
    [
      'a public name',
      ['localhost', 'proxy-0.proxy-pods.demo.svc', '*.example.com', 'db.example.com'],
      'db.example.com',
    ],
    ['no server that clients could ask for', ['localhost', '*.example.com'], 'proxy.demo.svc'],
  ])('given names of %s, then clients verify the one that leads to all pods', (_, dnsNames, host) => {
    const entry = { alias: CertificateAlias.SERVER, secretName: 'company-tls', dnsNames };
    const proxysql = given({ tls: { certificates: [entry] } });
    expect(proxysql.host).toBe(host);
    expect(proxysql.node.validate()).toEqual([]);
  });

  test('given a workload to connect, then it has the CA of the server without its key', () => {
    const chart = Testing.chart();
    const container = new Deployment(chart, 'app', { containers: [{ image: 'app' }] }).containers[0]!;
    given({ tls }, chart).connect(container);
    expect(container.env.variables).toMatchObject({ MYSQL_SSL_CA: { value: '/etc/mysql/tls-ca/ca.crt' } });
  });

  test('given URIs in an entry, then the sidecar proves them, too', () => {
    const [server, client] = tls.certificates;
    const workload = given({
      ...alone(),
      tls: { certificates: [server!, { ...client!, uris: ['spiffe://demo/app'] }] },
    }).object('StatefulSet');
    expect(JSON.stringify(workload.toJson())).toContain('spiffe://demo/app');
  });

  test('given the standalone runtime, then the pods mount them, no Certificate is written, and the sidecar knows what to prove', () => {
    const proxysql = given({ ...alone(), tls });
    expect(proxysql.node.validate()).toEqual([]);
    expect(proxysql.objects.map(({ kind }) => kind)).not.toContain('Certificate');
    const workload = JSON.stringify(proxysql.object('StatefulSet').toJson());
    expect(workload).toContain('"secretName":"company-tls"');
    const names = { server: { dnsNames: ['*.example.com', 'db.example.com'], ipAddresses: [] } };
    expect(workload).toContain(JSON.stringify(JSON.stringify({ ...names, client: { dnsNames: [], ipAddresses: [] } })));
  });
});

describe('what other constructs need', () => {
  test('then names and ports are at hand', () => {
    const { name, namespace, host, port, adminPort, ...rest } = given();
    expect({ name, namespace, host, port, adminPort }).toEqual({
      name: 'proxy',
      namespace: 'demo',
      host: 'proxy.demo.svc',
      port: 6033,
      adminPort: 6032,
    });
    expect(rest).toMatchObject({
      serviceName: 'proxy',
      governingServiceName: 'proxy-pods',
      statsServiceName: 'proxy-stats',
      authSecretName: 'proxy-auth',
      serverCertificateSecretName: 'proxy-server-cert',
      clientCertificateSecretName: 'proxy-client-cert',
    });
  });

  test('given a Service with another port, then that is where to connect to', () => {
    const ports = [{ name: 'db', port: 3306 }];
    expect(given({ services: [{ alias: ServiceAlias.PRIMARY, ports }] })).toMatchObject({ port: 3306 });
    expect(given({ services: [{ alias: ServiceAlias.STATS, ports }] })).toMatchObject({ port: 6033 });
  });

  test('given an AppBinding of another namespace, then that is told, unless nobody looks for it', () => {
    const chart = new Chart(new App(), 'shared', { namespace: 'shared' });
    const backend = AppBinding.externalMysql(chart, 'db', { host: 'db.example.com', secretName: 'db' });
    expect(given({ backend }).node.validate()).toEqual([
      'spec.backend.name (given: "db"): This AppBinding is in namespace shared, and a ProxySQL in demo looks for it there. Put both into one namespace.',
    ]);
    const runtime = Runtime.standalone();
    expect(given({ backend, runtime, authSecret: { name: 'admin' } }).node.validate()).toEqual([]);
  });

  test('given Secrets of one’s own, then their names', () => {
    const proxysql = given({
      authSecret: { name: 'admin' },
      tls: {
        issuer: Issuer.fromName('ca'),
        certificates: [{ alias: CertificateAlias.SERVER, secretName: 'mine' }],
      },
    });
    expect(proxysql).toMatchObject({ authSecretName: 'admin', serverCertificateSecretName: 'mine' });
  });

  test('given a workload, then it is told host and port and has the client certificate', () => {
    const chart = Testing.chart();
    const proxysql = given({}, chart);
    const workload = new Deployment(chart, 'app', { containers: [{ name: 'app', image: 'app:1' }] });
    for (const container of workload.containers) {
      proxysql.connect(container, { environmentPrefix: 'DB', mountPath: '/tls' });
    }
    const deployment = (Testing.synth(chart) as { kind: string; spec: { template: { spec: object } } }[]).find(
      ({ kind }) => kind === 'Deployment',
    );
    expect(deployment?.spec.template.spec).toMatchObject({
      containers: [
        {
          env: [
            { name: 'DB_HOST', value: 'proxy.demo.svc' },
            { name: 'DB_PORT', value: '6033' },
            { name: 'DB_SSL_CA', value: '/tls/ca.crt' },
            { name: 'DB_SSL_CERT', value: '/tls/tls.crt' },
            { name: 'DB_SSL_KEY', value: '/tls/tls.key' },
          ],
          volumeMounts: [{ mountPath: '/tls', name: 'proxy-client-cert', readOnly: true }],
        },
      ],
      volumes: [{ name: 'proxy-client-cert', secret: { secretName: 'proxy-client-cert' } }],
    });
  });
});

describe('a workload', () => {
  const acme = { issuer: Issuer.fromName('letsencrypt', { acme: true }) };
  const server = { alias: CertificateAlias.SERVER, dnsNames: ['*.db.example.com', 'db.example.com'] };

  /** What the container of a Deployment gets. */
  function connected(props: Partial<ProxySQLProps>, metadata = { name: 'proxy', namespace: 'demo' }) {
    const chart = Testing.chart();
    const proxysql = given({ ...props, metadata }, chart);
    for (const id of ['one', 'two']) {
      const workload = new Deployment(chart, id, { containers: [{ image: 'app:1' }, { image: 'app:2', name: 'two' }] });
      workload.containers.forEach((container) => {
        proxysql.connect(container);
      });
    }
    const specs = (Testing.synth(chart) as { kind: string; spec: { template: { spec: PodSpec } } }[])
      .filter(({ kind }) => kind === 'Deployment')
      .map(({ spec }) => spec.template.spec);
    expect(specs).toHaveLength(2);
    expect(specs[1]).toEqual(specs[0]);
    const { containers, volumes } = specs[0] as PodSpec;
    const { env, volumeMounts } = containers[0] as PodSpec['containers'][0];
    expect(containers[1]).toMatchObject({ env, ...(volumeMounts && { volumeMounts }) });
    return { env: Object.fromEntries(env.map(({ name, value }) => [name, value])), volumeMounts, volumes };
  }

  interface PodSpec {
    readonly containers: {
      readonly env: { readonly name: string; readonly value: string }[];
      readonly volumeMounts?: object[];
    }[];
    readonly volumes?: object[];
  }

  test('given several workloads with several containers, then all of them have the one volume', () => {
    expect(connected({})).toMatchObject({
      volumeMounts: [{ mountPath: '/etc/mysql/tls', name: 'proxy-client-cert', readOnly: true }],
      volumes: [{ name: 'proxy-client-cert', secret: { secretName: 'proxy-client-cert' } }],
    });
  });

  test('given a name as long as can be, then the volume’s name is one that Kubernetes allows', () => {
    const { volumes } = connected({}, { name: 'p'.repeat(52), namespace: 'demo' });
    expect(volumes).toEqual([expect.objectContaining({ name: `${'p'.repeat(51)}-client-cert` })]);
  });

  test('given another issuer for clients, then the CA is the server’s, without its key', () => {
    const certificates = [{ alias: CertificateAlias.CLIENT, issuer: Issuer.fromName('clients-ca') }];
    expect(connected({ tls: { issuer: Issuer.fromName('ca'), certificates } })).toEqual({
      env: {
        MYSQL_HOST: 'proxy.demo.svc',
        MYSQL_PORT: '6033',
        MYSQL_SSL_CA: '/etc/mysql/tls-ca/ca.crt',
        MYSQL_SSL_CERT: '/etc/mysql/tls/tls.crt',
        MYSQL_SSL_KEY: '/etc/mysql/tls/tls.key',
      },
      volumeMounts: [
        { mountPath: '/etc/mysql/tls-ca', name: 'proxy-server-ca', readOnly: true },
        { mountPath: '/etc/mysql/tls', name: 'proxy-client-cert', readOnly: true },
      ],
      volumes: [
        {
          name: 'proxy-server-ca',
          secret: { secretName: 'proxy-server-cert', items: [{ key: 'ca.crt', path: 'ca.crt' }] },
        },
        { name: 'proxy-client-cert', secret: { secretName: 'proxy-client-cert' } },
      ],
    });
  });

  test('given an ACME issuer, then it connects to the public name, with the CAs that it knows and no certificate', () => {
    expect(connected({ tls: { ...acme, certificates: [server] } })).toEqual({
      env: { MYSQL_HOST: 'db.example.com', MYSQL_PORT: '6033' },
    });
  });

  test('given an ACME issuer and another for clients, then it has a certificate, and the CAs that it knows', () => {
    const client = { alias: CertificateAlias.CLIENT, issuer: Issuer.fromName('clients-ca') };
    expect(connected({ tls: { ...acme, certificates: [server, client] } }).env).toEqual({
      MYSQL_HOST: 'db.example.com',
      MYSQL_PORT: '6033',
      MYSQL_SSL_CERT: '/etc/mysql/tls/tls.crt',
      MYSQL_SSL_KEY: '/etc/mysql/tls/tls.key',
    });
  });

  test('given plaintext, then host and port alone', () => {
    expect(connected({ tls: undefined, allowPlaintext: true })).toEqual({
      env: { MYSQL_HOST: 'proxy.demo.svc', MYSQL_PORT: '6033' },
    });
  });
});

describe('escape hatches', () => {
  test('given a patch, then the resource is patched, and what it breaks is told', () => {
    const proxysql = given();
    proxysql.addJsonPatch(JsonPatch.add('/spec/replicas', 5));
    expect(proxysql.object('ProxySQL').toJson()).toMatchObject({ spec: { replicas: 5 } });
    proxysql.addJsonPatch(JsonPatch.add('/spec/replicas', 'five'));
    expect(proxysql.node.validate()).toEqual([
      'spec.replicas (given: "five"): must be a whole number, not a string. Give a whole number.',
    ]);
  });

  test('given the standalone runtime, then each object can be reached and patched', () => {
    const proxysql = given({
      runtime: Runtime.standalone(),
      authSecret: { name: 'admin' },
      backend: AppBinding.externalMysql(Testing.chart(), 'db', { host: 'db.example.com', secretName: 'db' }),
    });
    proxysql.addJsonPatch(JsonPatch.replace('/spec/replicas', 2));
    expect(proxysql.object('StatefulSet').toJson()).toMatchObject({ spec: { replicas: 2 } });
    expect(proxysql.object('Service', 'proxy-pods').toJson()).toMatchObject({ spec: { clusterIP: 'None' } });
  });

  test('given a kind that is not emitted, then the error says what is', () => {
    expect(() => given().object('StatefulSet')).toThrow(/emits no StatefulSet\. It emits: ProxySQL proxy\.$/);
    expect(() => given().object('ProxySQL', 'other')).toThrow('emits no ProxySQL other.');
  });

  test('given props that the standalone runtime refuses, then a patch waits for them to be told, and an object that is asked for tells them', () => {
    const proxysql = given({ runtime: Runtime.standalone(), backend: AppBinding.fromName('db') });
    const told = proxysql.node.validate();
    expect(told).toEqual([
      expect.stringContaining('spec.authSecret.name: The standalone runtime cannot generate a password'),
      expect.stringContaining('spec.backend (given: "db"): The standalone runtime cannot look up an AppBinding'),
    ]);
    proxysql.addJsonPatch(JsonPatch.add('/spec/template/spec/affinity', {}));
    expect(proxysql.node.validate()).toEqual(told);
    expect(() => proxysql.object('StatefulSet')).toThrow(
      [`${proxysql.node.path} emits nothing while something is wrong with it:`, ...told].join('\n  - '),
    );
  });
});
