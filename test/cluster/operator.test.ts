import { X509Certificate } from 'node:crypto';

import { clusterTest } from './harness/cluster-test';
import { condition, isTrue, type KubeObject, ref } from './harness/kube-object';
import {
  appBinding,
  caIssuer,
  createAll,
  isHeld,
  isThere,
  requireDefinitions,
  proxysql,
  proxysqlRef,
  withOperator,
  workloadRef,
} from './operator-fixture';

beforeAll(requireDefinitions, 60_000);

clusterTest('walks from Issuer, AppBinding and ProxySQL to a StatefulSet', async ({ namespace, kubeconfig }) => {
  const { admin } = namespace;
  await withOperator(namespace, kubeconfig, async () => {
    await createAll(admin, [...(await caIssuer()), appBinding(), proxysql('proxy', { replicas: 3 })]);

    const workload = await admin.until(workloadRef(), isThere);

    expect(workload?.spec).toMatchObject({ replicas: 3, serviceName: 'proxy-pods' });
    // cert-manager calls a Certificate ready a moment after it has written the Secret, and may issue twice before it does.
    await admin.until(proxysqlRef(), (seen) =>
      ['TLSSecretsProven', 'CertificatesReady'].every((type) => isTrue(seen, type)),
    );
    const secret = await admin.get<KubeObject & { data: Record<string, string> }>(
      ref('v1', 'Secret', 'proxy-server-cert'),
    );
    const leaf = new X509Certificate(Buffer.from(secret.data['tls.crt'] ?? '', 'base64'));
    const fingerprint = leaf.fingerprint256.replaceAll(':', '').toLowerCase();
    const seen = await admin.until<KubeObject & { status: Record<string, unknown> }>(proxysqlRef(), (seen) =>
      JSON.stringify(seen?.status).includes(fingerprint),
    );
    expect(seen?.status).toMatchObject({
      phase: 'Provisioning',
      observedGeneration: 1,
      blockedBy: expect.stringMatching(/^StatefulSet .*\/proxy$/),
      certificates: [
        {
          alias: 'server',
          secretName: 'proxy-server-cert',
          fingerprint,
        },
        { alias: 'client', secretName: 'proxy-client-cert' },
      ],
    });
  });
});

const PARTS: Readonly<Record<string, (issuer: readonly KubeObject[]) => readonly KubeObject[]>> = {
  issuer: (issuer) => issuer,
  AppBinding: () => [appBinding()],
  ProxySQL: () => [proxysql()],
};

const ORDERS: readonly (readonly (readonly [keyof typeof PARTS, string, string])[])[] = [
  [
    ['ProxySQL', 'IssuersReady', 'IssuerNotFound'],
    ['AppBinding', 'IssuersReady', 'IssuerNotFound'],
    ['issuer', '', ''],
  ],
  [
    ['ProxySQL', 'BackendResolved', 'BackendNotFound'],
    ['issuer', 'BackendResolved', 'BackendNotFound'],
    ['AppBinding', '', ''],
  ],
];

for (const order of ORDERS) {
  clusterTest(
    `does not mind the order ${order.map(([part]) => part).join(', ')}, and says what is missing`,
    async ({ namespace, kubeconfig }) => {
      const { admin } = namespace;
      const issuer = await caIssuer();
      await withOperator(namespace, kubeconfig, async () => {
        for (const [part, type, reason] of order) {
          await createAll(admin, PARTS[part]?.(issuer) ?? []);
          if (type !== '') {
            const seen = await admin.until(proxysqlRef(), isHeld(type, reason));
            expect(condition(seen, type)?.message).toContain('create it');
            expect(await admin.find(workloadRef())).toBeUndefined();
          }
        }
        await admin.until(workloadRef(), isThere);
        await admin.until(proxysqlRef(), (seen) => isTrue(seen, 'TLSSecretsProven') && isTrue(seen, 'BackendResolved'));
      });
    },
  );
}
