import { CERT_MANAGER_GROUP } from '../issuer-reference';
import { type KubernetesObject, type ObjectReference } from '../kubernetes';
import { CERTIFICATE_ALIASES, type CertificateAliasName, certificateName } from '../names';
import { type ExpectedNames } from '../proof/proof';
import { type StepId } from './step-id';
import { type World } from './world';

/** A Certificate that the ProxySQL asks for, as far as gates look at it. */
export interface DesiredCertificate {
  readonly alias: CertificateAliasName;
  readonly object: KubernetesObject;
  readonly secret: ObjectReference;
  readonly issuer: ObjectReference;
  readonly expected: ExpectedNames;
}

interface CertificateFields extends ExpectedNames {
  readonly secretName: string;
  readonly issuerRef: { readonly group?: string; readonly kind?: string; readonly name: string };
}

/** Objects that a step wants. */
export function desiredOf(world: World, step: StepId): KubernetesObject[] {
  return world.desired.filter((rendered) => rendered.step === step).map(({ object }) => object);
}

/** The Certificates that are wanted, and what each must be valid for. */
export function desiredCertificates(world: World): DesiredCertificate[] {
  const { name, namespace } = world.proxysql.metadata;
  return desiredOf(world, 'Certificates').map((object): DesiredCertificate => {
    const { secretName, issuerRef, dnsNames, ipAddresses, uris, emailAddresses } = object.spec as CertificateFields;
    return {
      alias: CERTIFICATE_ALIASES.find((alias) => certificateName(name, alias) === object.metadata.name) ?? 'server',
      object,
      secret: { apiVersion: 'v1', kind: 'Secret', ...(namespace !== undefined && { namespace }), name: secretName },
      issuer: issuerReference(issuerRef, namespace),
      expected: { dnsNames, ipAddresses, uris, emailAddresses },
    };
  });
}

/** Whether TLS is asked for; without it there is nothing to issue, to prove or to serve. */
export function wantsTls(world: World): boolean {
  return world.proxysql.spec.tls !== undefined;
}

function issuerReference(issuer: CertificateFields['issuerRef'], namespace: string | undefined): ObjectReference {
  const { group = CERT_MANAGER_GROUP, kind = 'Issuer', name } = issuer;
  return {
    apiVersion: group === CERT_MANAGER_GROUP ? `${group}/v1` : group,
    kind,
    ...(kind !== 'ClusterIssuer' && namespace !== undefined && { namespace }),
    name,
  };
}
