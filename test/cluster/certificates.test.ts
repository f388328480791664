import { ApiObject, App, Chart, JsonPatch } from 'cdk8s';

import {
  AcmeDnsProvider,
  AcmeServer,
  AcmeSolver,
  BackendSource,
  CertificateAlias,
  CertificateAuthority,
  IssuerSource,
  type ProxySQLCertificate,
  Runtime,
  TlsProxySQLChart,
} from '../../lib';
import { proveSecret } from '../../lib/graph/prove-secret';
import { type KubernetesObject } from '../../lib/kubernetes';
import { CERTIFICATE_ALIASES, type CertificateAliasName } from '../../lib/names';
import { type ExpectedNames } from '../../lib/proof/proof';
import { Issuer } from '../../lib/issuer';
import { type ClusterState } from './driver/state';
import { acmeService } from './harness/acme';
import { type ApiClient } from './harness/api-client';
import { clusterTest } from './harness/cluster-test';
import { isTrue, type KubeObject, ref } from './harness/kube-object';

interface CertificateObject extends KubeObject {
  spec: ExpectedNames & { secretName: string };
}

const CERT_MANAGER = 'cert-manager.io/v1';

function chart(
  namespace: string,
  issuer: IssuerSource,
  certificates: readonly ProxySQLCertificate[] = [],
): TlsProxySQLChart {
  const props = {
    namespace,
    issuer,
    runtime: Runtime.standalone(),
    backend: BackendSource.external({ host: 'db.example.com', secretName: 'login' }),
    authSecret: { name: 'admin', externallyManaged: true },
    version: '3.0.1-debian',
    certificates: [...certificates],
  };
  return new TlsProxySQLChart(new App(), 'proxy', props);
}

function objectsOf(of: Chart): KubeObject[] {
  return of.toJson() as KubeObject[];
}

/** Applies what cert-manager acts on, and gives every Certificate once it is issued. */
async function issued(admin: ApiClient, objects: readonly KubeObject[]): Promise<CertificateObject[]> {
  const wanted = objects.filter(({ apiVersion }) => apiVersion === CERT_MANAGER);
  for (const object of wanted) {
    await admin.apply(object);
  }
  await Promise.all(wanted.map((object) => admin.until(object, (seen) => isTrue(seen))));
  return wanted.filter(({ kind }) => kind === 'Certificate') as CertificateObject[];
}

function aliasOf({ metadata }: KubeObject): CertificateAliasName | undefined {
  return CERTIFICATE_ALIASES.find((alias) => metadata.name === `proxy-${alias}-cert`);
}

/** Every alias whose Secret is proven, or why it is not. */
async function proofs(admin: ApiClient, certificates: readonly CertificateObject[]): Promise<unknown[]> {
  const aliased = certificates.filter((certificate) => aliasOf(certificate) !== undefined);
  return Promise.all(
    aliased.map(async (certificate) => {
      const secret = await admin.get(ref('v1', 'Secret', certificate.spec.secretName));
      const alias = aliasOf(certificate) as CertificateAliasName;
      const proof = proveSecret(secret as unknown as KubernetesObject, alias, certificate.spec, Date.now());
      return proof.proven ? alias : `${alias}: ${proof.reason}: ${proof.message}`;
    }),
  );
}

clusterTest("an authority of one's own signs what a standalone chart asks for", async ({ namespace }) => {
  const certificates = await issued(
    namespace.admin,
    objectsOf(chart(namespace.name, IssuerSource.certificateAuthority())),
  );

  expect((await proofs(namespace.admin, certificates)).sort()).toEqual(['client', 'server']);
});

clusterTest('a self-signed issuer signs what a standalone chart asks for', async ({ namespace: { admin, name } }) => {
  const issuer = Issuer.selfSigned(new Chart(new App(), 'c'), 'self-signed');
  const objects = [issuer.apiObject.toJson() as KubeObject, ...objectsOf(chart(name, IssuerSource.existing(issuer)))];
  const certificates = await issued(admin, objects);

  expect((await proofs(admin, certificates)).sort()).toEqual(['client', 'server']);
});

clusterTest(
  'an ACME server signs the server certificate of a standalone chart, with public names alone',
  async ({ namespace: { admin, name }, cluster }) => {
    const { zone, directory, ca, nameserver } = acmeService(cluster as ClusterState);
    const dnsNames = [`db.${name}.${zone}`];
    const solver = AcmeSolver.dns01(AcmeDnsProvider.rfc2136({ nameserver }), { selector: { dnsZones: [zone] } });
    const issuer = IssuerSource.acme({
      server: AcmeServer.of(directory),
      email: 'nobody@acme.test',
      caBundle: ca,
      solvers: [solver],
    });
    // As others do by now, this ACME server signs for servers only.
    const clients = new Chart(new App(), 'clients', { namespace: name });
    const made = chart(name, issuer, [
      { alias: CertificateAlias.SERVER, dnsNames },
      { alias: CertificateAlias.CLIENT, issuer: new CertificateAuthority(clients, 'clients-ca').issuer },
    ]);
    // Its own check succeeds at once too, but is followed by a minute's rest.
    const noRest = JsonPatch.add('/spec/acme/solvers/0/waitInsteadOfSelfCheck', '0s');
    ApiObject.of(made.issuer as Issuer).addJsonPatch(noRest);

    const certificates = await issued(admin, [...objectsOf(clients), ...objectsOf(made)]);

    expect((await proofs(admin, certificates)).sort()).toEqual(['client', 'server']);
    const server = certificates.find((certificate) => aliasOf(certificate) === 'server');
    expect(server?.spec).toMatchObject({ dnsNames, issuerRef: { name: made.issuer.name } });
  },
  { ownCluster: true },
);
