import { certificateNames } from '../certificate-names';
import { type IssuedCertificate } from '../defaults';
import { type KubernetesObject } from '../kubernetes';
import { type CertificateAliasName, nameWithSuffix } from '../names';
import { groupOf } from '../same-issuer';
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
export function certificate(context: RenderContext, wanted: IssuedCertificate): KubernetesObject {
  const { spec } = wanted;
  const acme = context.isAcme?.(wanted.issuerRef) ?? false;
  const names = Object.entries(certificateNames(wanted, context)).filter(([, values]) => values.length > 0);
  return {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: metadataOf(context, wanted.name),
    spec: {
      secretName: wanted.secretName,
      secretTemplate: { labels: context.labels },
      ...(!acme && { commonName: commonName(wanted.alias, context.name) }),
      ...Object.fromEntries(names),
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

/** Whether a Certificate that was made here was meant for an ACME issuer: those alone are asked for no common name. */
export function isForAcme({ spec }: KubernetesObject): boolean {
  return (spec as { readonly commonName?: unknown } | undefined)?.commonName === undefined;
}

/** The server's is the bare name, as KubeDB's; the others say what they are for. */
function commonName(alias: CertificateAliasName, name: string): string {
  return alias === 'server' ? name : nameWithSuffix(name, alias);
}
