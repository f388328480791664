import { CERT_MANAGER_GROUP } from '../../issuer-reference';
import { describeReference, type KubernetesObject, type ObjectReference } from '../../kubernetes';
import { desiredCertificates, issuedCertificates, wantsTls } from '../desired';
import { held, open, type Verdict } from '../verdict';
import { type World } from '../world';
import { conditionOf, quoted } from './conditions';
import { type Gate } from './gate';

/** Each issuer that a certificate names is Ready as it is now, not as it was before its last change. */
export const issuersReady: Gate = (world) => {
  if (!wantsTls(world)) {
    return open('TLSNotRequested', 'No issuer is needed.');
  }
  const issuers = distinct(issuedCertificates(world).map(({ issuer }) => issuer));
  if (issuers.length === 0) {
    if (desiredCertificates(world).length > 0) {
      return open('IssuerNotNeeded', 'No issuer is named: the TLS Secrets are supplied.');
    }
    return held(
      'IssuerNotNamed',
      'spec.tls names no issuer: give it an issuerRef, or its entries the Secrets that you supply.',
      { needsUser: true },
    );
  }
  const verdicts = issuers.map((issuer) => judge(world, issuer));
  const unchecked = verdicts.find(({ reason }) => reason === EXTERNAL_UNCHECKED);
  return (
    verdicts.find((verdict) => !verdict.open) ??
    unchecked ??
    open('IssuersReady', `${issuers.map(describeReference).join(', ')}: ready.`)
  );
};

const EXTERNAL_UNCHECKED = 'ExternalIssuerNotChecked';

function judge(world: World, issuer: ObjectReference): Verdict {
  const observed = world.find(issuer);
  const described = describeReference(issuer);
  const external = issuer.apiVersion !== `${CERT_MANAGER_GROUP}/v1`;
  switch (observed.state) {
    case 'present':
      return external ? judgeExternal(observed.object, issuer) : judgeOwn(observed.object, issuer);
    case 'absent':
      return held('IssuerNotFound', `${described} does not exist: create it.`, { blockedBy: issuer });
    case 'unreadable':
      // Its Certificates will tell whether an issuer of somebody else works.
      return external
        ? open(
            EXTERNAL_UNCHECKED,
            `${described} of ${issuer.apiVersion} cannot be looked at (${observed.why}); it is trusted to issue.`,
          )
        : held('IssuerUnreadable', `${described} cannot be read: ${observed.why}.`, {
            blockedBy: issuer,
            needsUser: true,
          });
  }
}

function judgeOwn(object: KubernetesObject, issuer: ObjectReference): Verdict {
  const described = describeReference(issuer);
  const ready = conditionOf(object, 'Ready');
  if (ready === undefined) {
    return held('IssuerNotReady', `${described} has not been looked at by cert-manager yet.`, { blockedBy: issuer });
  }
  if (ready.observedGeneration !== object.metadata.generation) {
    return held('IssuerStale', `${described} has changed, and cert-manager has not judged the change yet.`, {
      blockedBy: issuer,
    });
  }
  return ready.status === 'True'
    ? open('IssuersReady', `${described} is ready.`)
    : held('IssuerNotReady', `${described} is not ready${quoted(ready.message)}.`, { blockedBy: issuer });
}

/** Issuers of other groups have a Ready condition by custom, not by rule. */
function judgeExternal(object: KubernetesObject, issuer: ObjectReference): Verdict {
  const ready = conditionOf(object, 'Ready');
  return ready === undefined || ready.status === 'True'
    ? open('IssuersReady', `${describeReference(issuer)} is there.`)
    : held('IssuerNotReady', `${describeReference(issuer)} is not ready${quoted(ready.message)}.`, {
        blockedBy: issuer,
      });
}

function distinct(references: readonly ObjectReference[]): ObjectReference[] {
  return [...new Map(references.map((reference) => [JSON.stringify(reference), reference])).values()];
}
