import { field, pick, rendered } from '../support/render';

describe('Certificates', () => {
  test('given the guide’s entry, then the server certificate covers every name that clients use', () => {
    const certificate = pick(
      rendered({
        tls: {
          issuerRef: { apiGroup: 'cert-manager.io', kind: 'Issuer', name: 'proxy-issuer' },
          certificates: [
            {
              alias: 'server',
              subject: { organizations: ['kubedb:server'] },
              dnsNames: ['localhost', 'db.example.com'],
              ipAddresses: ['127.0.0.1'],
              emailAddresses: ['dba@example.com'],
            },
          ],
        },
      }),
      'Certificate',
      'proxy-server-server-cert',
    );
    expect(certificate.spec).toMatchInlineSnapshot(`
{
  "commonName": "proxy-server",
  "dnsNames": [
    "*.proxy-server-pods",
    "*.proxy-server-pods.demo",
    "*.proxy-server-pods.demo.svc",
    "*.proxy-server-pods.demo.svc.cluster.local",
    "*.proxy-server.demo.svc",
    "db.example.com",
    "localhost",
    "proxy-server",
    "proxy-server-pods",
    "proxy-server-pods.demo",
    "proxy-server-pods.demo.svc",
    "proxy-server-pods.demo.svc.cluster.local",
    "proxy-server.demo",
    "proxy-server.demo.svc",
    "proxy-server.demo.svc.cluster.local",
  ],
  "emailAddresses": [
    "dba@example.com",
  ],
  "ipAddresses": [
    "127.0.0.1",
  ],
  "issuerRef": {
    "group": "cert-manager.io",
    "kind": "Issuer",
    "name": "proxy-issuer",
  },
  "privateKey": {
    "algorithm": "ECDSA",
    "rotationPolicy": "Always",
    "size": 256,
  },
  "secretName": "proxy-server-server-cert",
  "secretTemplate": {
    "labels": {
      "app.kubernetes.io/component": "database",
      "app.kubernetes.io/instance": "proxy-server",
      "app.kubernetes.io/managed-by": "kubedb.com",
      "app.kubernetes.io/name": "proxysqls.kubedb.com",
    },
  },
  "subject": {
    "organizations": [
      "kubedb:server",
    ],
  },
  "usages": [
    "digital signature",
    "key encipherment",
    "server auth",
    "client auth",
  ],
}
`);
  });

  test('given a client entry with a SPIFFE ID, then its certificate has it and is for clients only', () => {
    const certificate = pick(
      rendered({
        tls: {
          issuerRef: { kind: 'ClusterIssuer', name: 'ca' },
          certificates: [{ alias: 'client', uris: ['spiffe://demo/app'], duration: '2160h', renewBefore: '360h' }],
        },
      }),
      'Certificate',
      'proxy-server-client-cert',
    );
    expect(certificate.spec).toMatchObject({
      commonName: 'proxy-server-client',
      uris: ['spiffe://demo/app'],
      usages: ['digital signature', 'key encipherment', 'client auth'],
      duration: '2160h',
      renewBefore: '360h',
      issuerRef: { group: 'cert-manager.io', kind: 'ClusterIssuer', name: 'ca' },
    });
    expect(field(certificate, 'spec.dnsNames')).toBeUndefined();
  });

  test('given an ACME issuer, then the certificate asks for the public names alone', () => {
    const objects = rendered(
      {
        tls: {
          issuerRef: { kind: 'Issuer', name: 'letsencrypt' },
          certificates: [{ alias: 'server', dnsNames: ['db.example.com'] }],
        },
      },
      { isAcme: () => true },
    );
    const certificate = pick(objects, 'Certificate');
    expect(certificate.spec).toMatchObject({ dnsNames: ['db.example.com'] });
    expect(field(certificate, 'spec.ipAddresses')).toBeUndefined();
    expect(field(certificate, 'spec.commonName')).toBeUndefined();
  });
});
