import { X509Certificate } from 'node:crypto';

import { type ClusterState } from './driver/state';
import { acmeService } from './harness/acme';
import { type ApiClient } from './harness/api-client';
import { clusterTest } from './harness/cluster-test';
import { isTrue, type KubeObject, ref } from './harness/kube-object';

const apiVersion = 'cert-manager.io/v1';

interface TlsSecret extends KubeObject {
  data: Record<string, string>;
}

function issuer(name: string, spec: Record<string, unknown>): KubeObject {
  return { apiVersion, kind: 'Issuer', metadata: { name }, spec };
}

function certificate(name: string, spec: Record<string, unknown>): KubeObject {
  return { apiVersion, kind: 'Certificate', metadata: { name }, spec: { secretName: name, ...spec } };
}

async function issued(client: ApiClient, wanted: KubeObject): Promise<Record<string, string>> {
  await client.create(wanted);
  await client.until(wanted, (seen) => isTrue(seen));
  const { data } = await client.get<TlsSecret>(ref('v1', 'Secret', wanted.metadata.name ?? ''));
  const decoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]);
  return Object.fromEntries(decoded) as Record<string, string>;
}

clusterTest('a self-signed issuer signs with the key it is given', async ({ namespace: { admin } }) => {
  await admin.create(issuer('self-signed', { selfSigned: {} }));

  const secret = await issued(
    admin,
    certificate('one', {
      dnsNames: ['one.test'],
      issuerRef: { name: 'self-signed' },
      privateKey: { algorithm: 'ECDSA' },
    }),
  );

  const own = new X509Certificate(secret['tls.crt'] ?? '');
  expect(own.subjectAltName).toBe('DNS:one.test');
  expect(own.verify(own.publicKey)).toBe(true);
});

clusterTest('a CA issuer signs with its authority and hands the authority out', async ({ namespace: { admin } }) => {
  await admin.create(issuer('self-signed', { selfSigned: {} }));
  await issued(
    admin,
    certificate('authority', { isCA: true, commonName: 'authority', issuerRef: { name: 'self-signed' } }),
  );
  await admin.create(issuer('ca', { ca: { secretName: 'authority' } }));

  const secret = await issued(admin, certificate('leaf', { dnsNames: ['leaf.test'], issuerRef: { name: 'ca' } }));

  const authority = new X509Certificate(secret['ca.crt'] ?? '');
  const leaf = new X509Certificate(secret['tls.crt'] ?? '');
  expect(authority.subject).toBe('CN=authority');
  expect(leaf.verify(authority.publicKey)).toBe(true);
});

clusterTest(
  'an ACME issuer proves that the name is ours, and gets a certificate for it',
  async ({ namespace: { admin, name }, cluster }) => {
    const { zone, issuerSpec } = acmeService(cluster as ClusterState);
    await admin.create(issuer('acme', issuerSpec));
    const dnsName = `${name}.${zone}`;

    const secret = await issued(admin, certificate('leaf', { dnsNames: [dnsName], issuerRef: { name: 'acme' } }));

    const leaf = new X509Certificate(secret['tls.crt'] ?? '');
    expect(leaf.subjectAltName).toBe(`DNS:${dnsName}`);
    expect(leaf.issuer).toMatch(/Pebble Intermediate/);
    expect(secret['ca.crt']).toBeUndefined();
  },
  { ownCluster: true },
);

clusterTest("cert-manager's webhook refuses a certificate that names nothing", async ({ namespace: { admin } }) => {
  const nameless = certificate('nameless', { issuerRef: { name: 'any' } });

  await expect(admin.create(nameless)).rejects.toThrow(/admission webhook "webhook.cert-manager.io" denied/);
});
