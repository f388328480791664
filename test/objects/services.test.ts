import { field, pick, rendered } from '../support/render';

const selector = {
  'app.kubernetes.io/name': 'proxysqls.kubedb.com',
  'app.kubernetes.io/instance': 'proxy-server',
  'app.kubernetes.io/managed-by': 'kubedb.com',
};

describe('Services', () => {
  test('given a ProxySQL, then applications reach the MySQL port and nothing else', () => {
    const service = pick(rendered(), 'Service', 'proxy-server');
    expect(service.spec).toEqual({
      type: 'ClusterIP',
      selector,
      ports: [{ name: 'db', port: 6033, protocol: 'TCP', targetPort: 'db' }],
    });
  });

  test('given a ProxySQL, then peers find each other before they are ready', () => {
    const service = pick(rendered(), 'Service', 'proxy-server-pods');
    expect(service.spec).toMatchObject({
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      ports: [{ name: 'db' }, { name: 'admin', port: 6032 }],
    });
  });

  test('given a template, then it changes ports by name, adds none, and keeps the selector and reserved labels', () => {
    const service = pick(
      rendered({
        serviceTemplates: [
          {
            alias: 'primary',
            metadata: { labels: { team: 'data', 'app.kubernetes.io/instance': 'x' }, annotations: { lb: 'internal' } },
            spec: {
              type: 'LoadBalancer',
              ports: [
                { name: 'db', port: 3306, nodePort: 30306 },
                { name: 'http', port: 80 },
              ],
              loadBalancerSourceRanges: ['10.0.0.0/8'],
              sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
            },
          },
        ],
      }),
      'Service',
      'proxy-server',
    );
    expect(service.spec).toEqual({
      type: 'LoadBalancer',
      selector,
      ports: [{ name: 'db', port: 3306, nodePort: 30306, protocol: 'TCP', targetPort: 'db' }],
      loadBalancerSourceRanges: ['10.0.0.0/8'],
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
    });
    expect(service.metadata.labels).toMatchObject({ team: 'data', 'app.kubernetes.io/instance': 'proxy-server' });
    expect(service.metadata.annotations).toEqual({ lb: 'internal' });
  });

  test('given no monitoring, then there is no stats Service', () => {
    expect(rendered().map(({ metadata }) => metadata.name)).not.toContain('proxy-server-stats');
  });

  test('given built-in Prometheus, then the stats Service tells it to scrape over TLS', () => {
    const service = pick(rendered({ monitor: { agent: 'prometheus.io/builtin' } }), 'Service', 'proxy-server-stats');
    expect(field(service, 'spec.ports')).toEqual([{ name: 'metrics', port: 6070, protocol: 'TCP', targetPort: 6071 }]);
    expect(service.metadata.annotations).toEqual({
      'monitoring.appscode.com/agent': 'prometheus.io/builtin',
      'prometheus.io/scrape': 'true',
      'prometheus.io/path': '/metrics',
      'prometheus.io/port': '6071',
      'prometheus.io/scheme': 'https',
    });
  });

  // Prometheus discovers endpoints, which are pods, and replaces the port of their address by the annotation's.
  test('given built-in Prometheus, then the port that it is told is the one that pods have behind the stats Service', () => {
    const objects = rendered({
      monitor: { agent: 'prometheus.io/builtin' },
      serviceTemplates: [{ alias: 'stats', spec: { ports: [{ name: 'metrics', port: 9104 }] } }],
    });
    const service = pick(objects, 'Service', 'proxy-server-stats');
    const told = Number(service.metadata.annotations?.['prometheus.io/port']);
    expect(field(service, 'spec.ports.0')).toMatchObject({ port: 9104, targetPort: told });
    expect(field(pick(objects, 'StatefulSet'), 'spec.template.spec.initContainers.0.ports')).toContainEqual({
      name: 'metrics',
      containerPort: told,
      protocol: 'TCP',
    });
    expect(field(pick(objects, 'NetworkPolicy'), 'spec.ingress')).toContainEqual({
      ports: [{ protocol: 'TCP', port: told }],
    });
  });

  test('given the Prometheus operator, then its ServiceMonitor verifies the exporter’s certificate', () => {
    const monitor = pick(
      rendered({
        monitor: {
          agent: 'prometheus.io/operator',
          prometheus: { serviceMonitor: { labels: { release: 'prometheus' }, interval: '10s' } },
        },
      }),
      'ServiceMonitor',
    );
    expect(monitor.metadata.labels).toMatchObject({ release: 'prometheus' });
    expect(field(monitor, 'spec.endpoints.0')).toMatchObject({
      port: 'metrics',
      interval: '10s',
      scheme: 'https',
      tlsConfig: {
        ca: { secret: { name: 'proxy-server-metrics-exporter-cert', key: 'ca.crt' } },
        serverName: 'proxy-server-stats.demo.svc',
      },
    });
    expect(field(monitor, 'spec.selector.matchLabels')).toEqual({ ...selector, 'kubedb.com/role': 'stats' });
  });

  test('given no certificate for the metrics, then Prometheus verifies the name that the server certificate has', () => {
    const tlsConfigOf = (certificate: object) => {
      const spec = {
        monitor: { agent: 'prometheus.io/operator' as const },
        tls: { certificates: [{ alias: 'server', ...certificate }] },
      };
      return field(pick(rendered(spec), 'ServiceMonitor'), 'spec.endpoints.0.tlsConfig');
    };
    const ca = (name: string) => ({ secret: { name, key: 'ca.crt' } });
    expect(tlsConfigOf({ issuerRef: { kind: 'Issuer', name: 'ca' } })).toEqual({
      ca: ca('proxy-server-server-cert'),
      serverName: 'proxy-server.demo.svc',
    });
    expect(tlsConfigOf({ secretName: 'mine', dnsNames: ['db.example.com'] })).toEqual({
      ca: ca('mine'),
      serverName: 'db.example.com',
    });
  });

  test('given an ACME issuer, then Prometheus verifies the public name by the CAs that it knows', () => {
    const monitor = pick(
      rendered(
        {
          monitor: { agent: 'prometheus.io/operator' },
          tls: {
            issuerRef: { kind: 'Issuer', name: 'letsencrypt' },
            certificates: [{ alias: 'server', dnsNames: ['*.db.example.com', 'db.example.com'] }],
          },
        },
        { isAcme: () => true },
      ),
      'ServiceMonitor',
    );
    expect(field(monitor, 'spec.endpoints.0.tlsConfig')).toEqual({ serverName: 'db.example.com' });
  });
});
