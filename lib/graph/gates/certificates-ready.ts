import { CERT_MANAGER_GROUP } from '../../issuer-reference';
import { describeReference, type KubernetesObject, referenceTo } from '../../kubernetes';
import { desiredCertificates, type Issuance, issuedCertificates, wantsTls } from '../desired';
import { ownershipOf } from '../ownership';
import { type Held, held, open } from '../verdict';
import { type World } from '../world';
import { issuanceFailure } from '../issuance-failure';
import { conditionOf, quoted } from './conditions';
import { type Gate } from './gate';
import { noServerCertificate } from './no-server-certificate';

/** cert-manager says of each Certificate, as it is now, that it is Ready. */
export const certificatesReady: Gate = (world) => {
  if (!wantsTls(world)) {
    return open('TLSNotRequested', 'No certificate is needed.');
  }
  if (!desiredCertificates(world).some(({ alias }) => alias === 'server')) {
    return noServerCertificate();
  }
  const wanted = issuedCertificates(world);
  if (wanted.length === 0) {
    return open('CertificatesNotNeeded', 'No Certificate is needed: the TLS Secrets are supplied.');
  }
  return (
    wanted.map((certificate) => judge(world, certificate)).find((verdict) => verdict !== undefined) ??
    open(
      'CertificatesReady',
      wanted.length === 1 ? 'The Certificate is ready.' : `All ${wanted.length} Certificates are ready.`,
    )
  );
};

function judge(world: World, wanted: Issuance): Held | undefined {
  const blockedBy = referenceTo(wanted.object);
  const described = describeReference(blockedBy);
  const observed = world.find(blockedBy);
  switch (observed.state) {
    case 'absent':
      return held('CertificateMissing', `${described} is not there yet.`, { blockedBy });
    case 'unreadable':
      return held('CertificateUnreadable', `${described} cannot be read: ${observed.why}.`, {
        blockedBy,
        needsUser: true,
      });
    case 'present':
      break;
  }
  const { object } = observed;
  if (ownershipOf(object, world.proxysql) === 'foreign') {
    return held('Conflict', `${described} belongs to somebody else and is left alone: rename or delete it.`, {
      blockedBy,
      needsUser: true,
    });
  }
  if (!asksForTheSame(object, wanted.object)) {
    return held('CertificateOutdated', `${described} still asks another issuer or for another Secret.`, { blockedBy });
  }
  const ready = conditionOf(object, 'Ready');
  if (ready?.status === 'True' && ready.observedGeneration === object.metadata.generation) {
    return undefined;
  }
  const failure = issuanceFailure(object);
  if (failure !== undefined) {
    return held('IssuanceFailed', failure.message, { blockedBy, retryAt: failure.retryAt });
  }
  const stale = ready?.status === 'True' || ready === undefined;
  return stale
    ? held('CertificateIssuing', `${described} waits for cert-manager to look at it as it is now.`, { blockedBy })
    : held('CertificateIssuing', `${described} is not ready${quoted(ready.message)}.`, { blockedBy });
}

/** Names in it are the proof's business; these two decide who issues, and into what. */
function asksForTheSame(observed: KubernetesObject, wanted: KubernetesObject): boolean {
  type Fields = {
    readonly secretName?: string;
    readonly issuerRef?: { readonly group?: string; readonly kind?: string; readonly name?: string };
  };
  const [is, should] = [observed.spec as Fields | undefined, wanted.spec as Fields];
  return (
    is?.secretName === should.secretName &&
    is?.issuerRef?.name === should.issuerRef?.name &&
    (is?.issuerRef?.kind ?? 'Issuer') === (should.issuerRef?.kind ?? 'Issuer') &&
    (is?.issuerRef?.group ?? CERT_MANAGER_GROUP) === (should.issuerRef?.group ?? CERT_MANAGER_GROUP)
  );
}
