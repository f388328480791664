import { type EffectiveCertificate } from '../defaults';
import { type KubernetesObject } from '../kubernetes';
import { type CertificateAliasName, nameWithSuffix } from '../names';
import { groupOf } from '../same-issuer';
import { clusterNames } from '../server-names';
import { metadataOf, type RenderContext } from './context';

/** What a key of each kind of certificate may be used for. */
const USAGES: Readonly<Record<CertificateAliasName, readonly string[]>> = {
  server: ['digital signature', 'key encipherment', 'server auth', 'client auth'],
  client: ['digital signature', 'key encipherment', 'client auth'],
  'metrics-exporter': ['digital signature', 'key encipherment', 'server auth'],
};

/**
 * The cert-manager Certificate of one alias. Kind and group of the issuer are always written, since cert-manager's own defaults for them
 * have changed between releases; keys are ECDSA P-256 and new at each renewal.
 */
export function certificate(context: RenderContext, wanted: EffectiveCertificate): KubernetesObject {
  const { spec } = wanted;
  const acme = context.isAcme?.(wanted.issuerRef) ?? false;
  // A public issuer signs public names only: those that the user gives.
  const own = acme ? { dnsNames: [], ipAddresses: [] } : clusterNames(wanted.alias, context.name, context.namespace);
  const dnsNames = union(own.dnsNames, spec.dnsNames);
  const ipAddresses = union(own.ipAddresses, spec.ipAddresses);
  return {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: metadataOf(context, wanted.name),
    spec: {
      secretName: wanted.secretName,
      secretTemplate: { labels: context.labels },
      ...(!acme && { commonName: commonName(wanted.alias, context.name) }),
      ...(dnsNames.length > 0 && { dnsNames }),
      ...(ipAddresses.length > 0 && { ipAddresses }),
      ...(spec.uris !== undefined && spec.uris.length > 0 && { uris: [...spec.uris].sort() }),
      ...(spec.emailAddresses !== undefined &&
        spec.emailAddresses.length > 0 && { emailAddresses: [...spec.emailAddresses].sort() }),
      ...(spec.subject !== undefined && { subject: spec.subject }),
      ...(spec.duration !== undefined && { duration: spec.duration }),
      ...(spec.renewBefore !== undefined && { renewBefore: spec.renewBefore }),
      privateKey: {
        algorithm: 'ECDSA',
        size: 256,
        rotationPolicy: 'Always',
        ...(spec.privateKey?.encoding !== undefined && { encoding: spec.privateKey.encoding }),
      },
      usages: USAGES[wanted.alias],
      issuerRef: {
        group: groupOf(wanted.issuerRef),
        kind: wanted.issuerRef.kind,
        name: wanted.issuerRef.name,
      },
    },
  };
}

/** The server's is the bare name, as KubeDB's; the others say what they are for. */
function commonName(alias: CertificateAliasName, name: string): string {
  return alias === 'server' ? name : nameWithSuffix(name, alias);
}

function union(own: readonly string[], given: readonly string[] = []): string[] {
  return [...new Set([...own, ...given])].sort();
}
