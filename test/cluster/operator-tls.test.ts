import { type ApiClient } from './harness/api-client';
import { clusterTest } from './harness/cluster-test';
import { condition, isTrue, type KubeObject, ref } from './harness/kube-object';
import {
  appBinding,
  CERT_MANAGER,
  createAll,
  createReady,
  isHeld,
  isThere,
  NO_NODE,
  NOBODY,
  proxysql,
  proxysqlRef,
  requireDefinitions,
  tlsSecret,
  wishOf,
  withOperator,
  workloadRef,
} from './operator-fixture';
import { waitFor } from './driver/wait';
import { CertificateAuthority, tlsSecretData } from './tools/certificate-maker';
import { PodDouble } from './tools/pod-double';

beforeAll(requireDefinitions, 60_000);

type Data = Record<string, string>;
type Spoil = (good: Data, admin: ApiClient, ca: CertificateAuthority) => Promise<Data> | Data;

const daysFromNow = (days: number): Date => new Date(Date.now() + days * 86_400_000);
const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** What can be wrong with a TLS Secret, and what the status says of it. */
const BROKEN: readonly (readonly [string, string, Spoil])[] = [
  ['empty', 'DataMissing', (good) => ({ ...good, 'tls.crt': '', 'tls.key': '' })],
  [
    'half written',
    'CertificateUnreadable',
    (good) => ({ ...good, 'tls.crt': good['tls.crt']?.slice(0, 400).replace(/=*$/, '') ?? '' }),
  ],
  [
    'with a key of another certificate',
    'KeyMismatch',
    async (_, admin, ca) => tlsSecretData(await ca.mismatched(await wishOf(admin, 'server'))),
  ],
  ['expired', 'Expired', async (_, admin, ca) => tlsSecretData(await ca.expired(await wishOf(admin, 'server')))],
  ['for another name', 'NameNotCovered', async (_, __, ca) => tlsSecretData(await ca.issue({ dnsNames: ['other'] }))],
  [
    'of another authority than its own',
    'AuthorityUnknown',
    async (good, admin, ca) => ({
      ...tlsSecretData(await ca.issue(await wishOf(admin, 'server'))),
      'ca.crt': base64((await CertificateAuthority.root({ commonName: 'stranger' })).certificate),
      unused: good['ca.crt'] ?? '',
    }),
  ],
  ['garbage', 'CertificateUnreadable', () => ({ 'tls.crt': base64('garbage'), 'tls.key': base64('garbage') })],
];

/** cert-manager does not always notice by itself that a Secret which it did not issue has become good. */
async function certificatesReady(admin: ApiClient): Promise<void> {
  for (const alias of ['server', 'client']) {
    const certificate = ref(CERT_MANAGER, 'Certificate', `proxy-${alias}-cert`);
    await waitFor(`${alias} Certificate to be ready`, async () => {
      await admin.patch(certificate, { metadata: { annotations: { 'test/poke': String(Date.now()) } } });
      return isTrue(await admin.get(certificate)) ? true : undefined;
    });
  }
}

for (const [what, reason, spoil] of BROKEN) {
  clusterTest(
    `a server Secret that is ${what} starts nothing, and rolls nothing later`,
    async ({ namespace, kubeconfig }) => {
      const { admin } = namespace;
      const ca = await CertificateAuthority.root();
      await withOperator(namespace, kubeconfig, async () => {
        await createAll(admin, [appBinding(), proxysql('proxy', { tls: { issuerRef: NOBODY } })]);
        const good = tlsSecretData(await ca.issue(await wishOf(admin, 'server')));
        const broken = await spoil(good, admin, ca);
        const client = tlsSecretData(await ca.issue(await wishOf(admin, 'client')));
        await createAll(admin, [tlsSecret('client', client), tlsSecret('server', broken)]);

        await admin.until(proxysqlRef(), isHeld('TLSSecretsProven', reason));
        expect(await admin.find(workloadRef())).toBeUndefined();

        await admin.apply(tlsSecret('server', good));
        await certificatesReady(admin);
        const started = await admin.until(workloadRef(), isThere);

        await admin.apply(tlsSecret('server', broken));
        await admin.until(proxysqlRef(), isHeld('TLSSecretsProven', reason));
        const still = await admin.get(workloadRef());
        expect(still.metadata.generation).toBe(started?.metadata.generation);
        expect(still.metadata.uid).toBe(started?.metadata.uid);
      });
    },
  );
}

clusterTest(
  'TLS Secrets that the user supplies are proven and mounted, and nobody is asked to issue',
  async (context) => {
    const { namespace, kubeconfig } = context;
    const { admin } = namespace;
    const ca = await CertificateAuthority.root();
    const service = `proxy.${namespace.name}.svc`;
    const labels = { 'app.kubernetes.io/managed-by': 'kubedb.com' };
    const supplied = async (...dnsNames: string[]): Promise<KubeObject> => ({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'company-tls' },
      data: tlsSecretData(await ca.issue({ dnsNames })),
    });
    const fingerprints = (seen: KubeObject | undefined) =>
      (seen?.status as { certificates?: { fingerprint?: string; renewalTime?: string }[] } | undefined)?.certificates;
    await withOperator(namespace, kubeconfig, async () => {
      const tls = { certificates: [{ alias: 'server', secretName: 'company-tls' }] };
      await createAll(admin, [appBinding(), proxysql('proxy', { tls, deletionPolicy: 'WipeOut' })]);
      const waiting = await admin.until(proxysqlRef(), isHeld('TLSSecretsProven', 'SecretMissing'));
      expect(condition(waiting, 'TLSSecretsProven')?.message).toBe(
        `Secret ${namespace.name}/company-tls does not exist: supply it, or name an issuer that issues it.`,
      );
      expect(condition(waiting, 'IssuersReady')).toMatchObject({ status: 'True', reason: 'IssuerNotNeeded' });
      expect(condition(waiting, 'CertificatesReady')).toMatchObject({
        status: 'True',
        reason: 'CertificatesNotNeeded',
      });

      const other = await supplied('other.example.com');
      await admin.create(other);
      const unread = await admin.until(proxysqlRef(), isHeld('TLSSecretsProven', 'SecretUnreadable'));
      expect(condition(unread, 'TLSSecretsProven')?.message).toContain(
        'no label app.kubernetes.io/managed-by=kubedb.com',
      );

      await admin.patch(other, { metadata: { labels } });
      const refused = await admin.until(proxysqlRef(), isHeld('TLSSecretsProven', 'NameNotCovered'));
      expect(condition(refused, 'TLSSecretsProven')?.message).toContain(service);
      expect(await admin.find(workloadRef())).toBeUndefined();

      await admin.patch(other, { data: (await supplied(service))['data'] });
      const started = (await admin.until(workloadRef(), isThere)) as KubeObject;
      expect(JSON.stringify(started)).toContain('"secretName":"company-tls"');
      expect(await admin.list({ apiVersion: CERT_MANAGER, kind: 'Certificate' })).toEqual([]);
      const before = await admin.until(proxysqlRef(), (seen) => fingerprints(seen)?.[0]?.fingerprint !== undefined);

      await admin.patch(other, { data: (await supplied(service, 'db.example.com'))['data'] });
      const renewed = await admin.until(
        proxysqlRef(),
        (seen) => fingerprints(seen)?.[0]?.fingerprint !== fingerprints(before)?.[0]?.fingerprint,
      );
      expect(fingerprints(renewed)).toHaveLength(1);
      expect((await admin.get(workloadRef())).metadata.generation).toBe(started.metadata.generation);

      const ends = { notBefore: daysFromNow(-80), notAfter: daysFromNow(9) };
      await admin.patch(other, { data: tlsSecretData(await ca.issue({ dnsNames: [service], ...ends })) });
      const late = await admin.until(proxysqlRef(), isHeld('CertificatesRenewed', 'RenewalDue'));
      expect(condition(late, 'CertificatesRenewed')?.message).toContain('write the next one into the Secret');
      const events = { apiVersion: 'events.k8s.io/v1', kind: 'Event' };
      await waitFor('the event', async () =>
        (await admin.list(events)).find(({ reason, type }) => reason === 'RenewalDue' && type === 'Warning'),
      );
      await admin.patch(other, { data: (await supplied(service))['data'] });
      await admin.until(proxysqlRef(), (seen) => condition(seen, 'CertificatesRenewed')?.status === 'True');
      expect((await admin.get(workloadRef())).metadata.generation).toBe(started.metadata.generation);

      await admin.delete(proxysqlRef());
      await admin.until(proxysqlRef(), (seen) => seen === undefined);
      expect((await admin.get(other)).metadata.ownerReferences).toBeUndefined();
    });
  },
);

clusterTest(
  'from an issuer to a supplied Secret and back, the workload changes when the new Secret is proven',
  async (context) => {
    const { namespace, kubeconfig } = context;
    const { admin } = namespace;
    const certificates = { apiVersion: CERT_MANAGER, kind: 'Certificate' };
    const mounts = (secretName: string) => (seen: KubeObject | undefined) =>
      JSON.stringify(seen ?? {}).includes(`"secretName":"${secretName}"`);
    await withOperator(namespace, kubeconfig, async () => {
      const before = await createReady(admin);
      expect(mounts('proxy-server-cert')(before)).toBe(true);
      const supplied = [{ alias: 'server', secretName: 'company-tls' }];
      await admin.patch(proxysqlRef(), { spec: { tls: { issuerRef: null, certificates: supplied } } });
      await admin.until(proxysqlRef(), isHeld('TLSSecretsProven', 'SecretMissing'));
      expect((await admin.get(workloadRef())).metadata.generation).toBe(before.metadata.generation);
      expect(await admin.list(certificates)).toHaveLength(2);

      const ca = await CertificateAuthority.root();
      await admin.create({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'company-tls', labels: { 'app.kubernetes.io/managed-by': 'kubedb.com' } },
        data: tlsSecretData(await ca.issue({ dnsNames: [`proxy.${namespace.name}.svc`] })),
      });
      const moved = await admin.until(workloadRef(), mounts('company-tls'));
      expect(mounts('proxy-client-cert')(moved)).toBe(false);
      await admin.untilList(certificates, {}, (left) => left.length === 0);

      const issuerRef = { apiGroup: 'cert-manager.io', kind: 'Issuer', name: 'ca' };
      await admin.patch(proxysqlRef(), { spec: { tls: { issuerRef, certificates: null } } });
      const back = await admin.until(workloadRef(), mounts('proxy-server-cert'));
      expect(mounts('proxy-client-cert')(back)).toBe(true);
      expect(back?.metadata.uid).toBe(before.metadata.uid);
      // The Secrets of before are still proven: the workload need not wait for the Certificates.
      await admin.untilList(certificates, {}, (again) => again.length === 2);
      expect((await admin.get(ref('v1', 'Secret', 'company-tls'))).metadata.deletionTimestamp).toBeUndefined();
    });
  },
);

clusterTest('a renewed and proven Secret is stamped on the pods, which are not rolled', async (context) => {
  const { namespace, kubeconfig } = context;
  const { admin } = namespace;
  const pods = { apiVersion: 'v1', kind: 'Pod' };
  const double = new PodDouble(admin, { namespace: namespace.name });
  let serves = '';
  const ask = () => Promise.resolve(serves === '' ? undefined : serves);
  const fingerprintOf = (seen: KubeObject | undefined): string =>
    (seen?.status as { certificates?: { fingerprint?: string }[] } | undefined)?.certificates?.[0]?.fingerprint ?? '';
  try {
    await withOperator(
      namespace,
      kubeconfig,
      async () => {
        await createReady(admin, proxysql('proxy', { replicas: 2, ...NO_NODE }));
        const provisioned = await admin.until(proxysqlRef(), (seen) => isTrue(seen, 'ReplicaReady'));
        serves = fingerprintOf(provisioned);
        await admin.until(proxysqlRef(), (seen) => (seen?.status as { phase?: string })?.phase === 'Ready');
        const before = await admin.list(pods);
        expect(before.map(({ metadata }) => metadata.annotations?.['cdk8s-proxysql.io/tls-fingerprint'])).toEqual([
          undefined,
          undefined,
        ]);

        await admin.delete(ref('v1', 'Secret', 'proxy-server-cert'));

        const stamped = await admin.untilList(pods, {}, (seen) =>
          seen.every(({ metadata }) => metadata.annotations?.['cdk8s-proxysql.io/tls-fingerprint'] !== undefined),
        );
        expect(stamped.map(({ metadata }) => metadata.uid).sort()).toEqual(
          before.map(({ metadata }) => metadata.uid).sort(),
        );
        const renewed = await admin.until(proxysqlRef(), (seen) => !['', serves].includes(fingerprintOf(seen)));
        // Until the pods are known to serve it, a rotation is under way, and that is no reason to call it degraded.
        expect(renewed?.status).toMatchObject({ phase: 'Ready' });
        serves = fingerprintOf(renewed);
        await admin.until(proxysqlRef(), (seen) => isTrue(seen, 'CertificatesServed'));
      },
      { overrides: { ask } },
    );
  } finally {
    await double.stop();
  }
});
