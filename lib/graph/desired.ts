import { certificateNames } from '../certificate-names';
import { type EffectiveCertificate, effectiveCertificates, isIssued } from '../defaults';
import { CERT_MANAGER_GROUP } from '../issuer-reference';
import { type KubernetesObject, type ObjectReference } from '../kubernetes';
import { CERTIFICATE_ALIASES, type CertificateAliasName, certificateName } from '../names';
import { type ExpectedNames } from '../proof/proof';
import { type StepId } from './step-id';
import { type World } from './world';

/** A TLS Secret that the ProxySQL asks for, as far as gates look at it. */
export interface DesiredCertificate {
  readonly alias: CertificateAliasName;
  readonly secret: ObjectReference;
  readonly expected: ExpectedNames;
  /** Absent where the user supplies the Secret. */
  readonly issued?: Issuance;
}

/** The Certificate that the Secret is issued by. */
export interface Issuance {
  readonly object: KubernetesObject;
  readonly issuer: ObjectReference;
}

interface CertificateFields extends ExpectedNames {
  readonly secretName: string;
  readonly issuerRef: { readonly group?: string; readonly kind?: string; readonly name: string };
}

/** Objects that a step wants. */
export function desiredOf(world: World, step: StepId): KubernetesObject[] {
  return world.desired.filter((rendered) => rendered.step === step).map(({ object }) => object);
}

/** The TLS Secrets that are wanted, and what the certificate in each must be valid for: in the order of the aliases. */
export function desiredCertificates(world: World): readonly DesiredCertificate[] {
  const known = desired.get(world) ?? inOrder([...issued(world), ...supplied(world)]);
  desired.set(world, known);
  return known;
}

/** A world is a snapshot, and most gates ask. */
const desired = new WeakMap<World, readonly DesiredCertificate[]>();

function inOrder(certificates: readonly DesiredCertificate[]): DesiredCertificate[] {
  return CERTIFICATE_ALIASES.flatMap((alias) => certificates.filter((certificate) => certificate.alias === alias));
}

/** The Certificates that are wanted, and who is to issue them. */
export function issuedCertificates(world: World): Issuance[] {
  return desiredCertificates(world).flatMap((certificate) => certificate.issued ?? []);
}

/** Whether TLS is asked for, or was before what is asked for now was refused; without it there is nothing to issue, to prove or to serve. */
export function wantsTls(world: World): boolean {
  return world.problems.length > 0 ? lastAccepted(world).length > 0 : world.proxysql.spec.tls !== undefined;
}

/** Whether it is known what is to be proven and served: of a resource that is refused, what was asked for before goes on. */
export function areCertificatesKnown(world: World): boolean {
  return world.problems.length === 0 || lastAccepted(world).length > 0;
}

/** The Certificates of before a resource was refused; none unless they are all that the status tells of, as Secrets that users supply have none. */
function lastAccepted({ owned, proxysql: { metadata, status } }: World): KubernetesObject[] {
  const made = owned.filter(({ kind }) => kind === 'Certificate');
  const told = new Set<string | undefined>(status?.certificates?.map(({ alias }) => alias));
  return made.length === told.size && made.every((object) => told.has(aliasOf(object, metadata.name))) ? made : [];
}

/** What a Certificate of the ProxySQL of this name is for. */
function aliasOf({ metadata }: KubernetesObject, name: string): CertificateAliasName | undefined {
  return CERTIFICATE_ALIASES.find((alias) => certificateName(name, alias) === metadata.name);
}

function issued(world: World): DesiredCertificate[] {
  const { name, namespace } = world.proxysql.metadata;
  const certificates = world.problems.length > 0 ? lastAccepted(world) : desiredOf(world, 'Certificates');
  return certificates.map((object) => {
    const { secretName, issuerRef, dnsNames, ipAddresses, uris, emailAddresses } = object.spec as CertificateFields;
    return {
      alias: aliasOf(object, name) ?? 'server',
      secret: secretReference(secretName, namespace),
      expected: { dnsNames, ipAddresses, uris, emailAddresses },
      issued: { object, issuer: issuerReference(issuerRef, namespace) },
    };
  });
}

function supplied({ problems, proxysql }: World): DesiredCertificate[] {
  // A resource that is not valid may have any shape.
  const wanted = problems.length > 0 ? [] : effectiveCertificates(proxysql, { isAcme: () => false });
  const { name, namespace } = proxysql.metadata;
  return wanted
    .filter((certificate) => !isIssued(certificate))
    .map((certificate: EffectiveCertificate) => ({
      alias: certificate.alias,
      secret: secretReference(certificate.secretName, namespace),
      expected: certificateNames(certificate, { name, namespace: namespace ?? 'default' }),
    }));
}

function secretReference(name: string, namespace: string | undefined): ObjectReference {
  return { apiVersion: 'v1', kind: 'Secret', ...(namespace !== undefined && { namespace }), name };
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
