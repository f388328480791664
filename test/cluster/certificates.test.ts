import { App, Chart } from 'cdk8s';

import { BackendSource, IssuerSource, Runtime, TlsProxySQLChart } from '../../lib';
import { proveSecret } from '../../lib/graph/prove-secret';
import { type KubernetesObject } from '../../lib/kubernetes';
import { CERTIFICATE_ALIASES, type CertificateAliasName } from '../../lib/names';
import { type ExpectedNames } from '../../lib/proof/proof';
import { Issuer } from '../../lib/issuer';
import { type ApiClient } from './harness/api-client';
import { clusterTest } from './harness/cluster-test';
import { isTrue, type KubeObject, ref } from './harness/kube-object';

interface CertificateObject extends KubeObject {
  spec: ExpectedNames & { secretName: string };
}

const CERT_MANAGER = 'cert-manager.io/v1';

function chart(namespace: string, issuer: IssuerSource): KubeObject[] {
  const props = {
    namespace,
    issuer,
    runtime: Runtime.standalone(),
    backend: BackendSource.external({ host: 'db.example.com', secretName: 'login' }),
    authSecret: { name: 'admin', externallyManaged: true },
    version: '3.0.1-debian',
  };
  return new TlsProxySQLChart(new App(), 'proxy', props).toJson() as KubeObject[];
}

/** Applies what cert-manager acts on, and gives every Certificate once it is issued. */
async function issued(admin: ApiClient, objects: readonly KubeObject[]): Promise<CertificateObject[]> {
  const wanted = objects.filter(({ apiVersion }) => apiVersion === CERT_MANAGER);
  for (const object of wanted) {
    await admin.apply(object);
  }
  await Promise.all(wanted.map((object) => admin.until(object, (seen) => isTrue(seen), { timeout: 50_000 })));
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
  const certificates = await issued(namespace.admin, chart(namespace.name, IssuerSource.certificateAuthority()));

  expect((await proofs(namespace.admin, certificates)).sort()).toEqual(['client', 'server']);
});

clusterTest('a self-signed issuer signs what a standalone chart asks for', async ({ namespace: { admin, name } }) => {
  const issuer = Issuer.selfSigned(new Chart(new App(), 'c'), 'self-signed');
  const objects = [issuer.apiObject.toJson() as KubeObject, ...chart(name, IssuerSource.existing(issuer))];
  const certificates = await issued(admin, objects);

  expect((await proofs(admin, certificates)).sort()).toEqual(['client', 'server']);
});
