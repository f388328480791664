import { describeReference, type KubernetesObject, referenceTo } from '../../kubernetes';
import { type Proof, type Proven, type Refused } from '../../proof/proof';
import { type DesiredCertificate, desiredCertificates, wantsTls } from '../desired';
import { proveSecret } from '../prove-secret';
import { held, open, type Verdict } from '../verdict';
import { type World } from '../world';
import { conditionOf } from './conditions';
import { type Gate } from './gate';
import { noServerCertificate } from './no-server-certificate';

/** Each TLS Secret holds what it should: proven, not assumed. */
export const tlsSecretsProven: Gate = (world) => {
  if (!wantsTls(world)) {
    return open('TLSNotRequested', 'No TLS Secret is needed.');
  }
  const wanted = desiredCertificates(world);
  if (!wanted.some(({ alias }) => alias === 'server')) {
    return noServerCertificate();
  }
  const proofs = wanted.map((certificate) => ({ certificate, result: proofOf(world, certificate) }));
  for (const { certificate, result } of proofs) {
    if (!isProven(result)) {
      return refusal(world, certificate, result);
    }
  }
  const ends = proofs.flatMap(({ result }) => (isProven(result) ? [result.validUntil] : []));
  return open(
    'TLSSecretsProven',
    wanted.length === 1 ? 'The TLS Secret is proven.' : `All ${wanted.length} TLS Secrets are proven.`,
    Math.min(...ends),
  );
};

/** What is known about a TLS Secret: its proof, or why there is none. */
export type SecretProof = Proof | 'absent' | { readonly unreadable: string };

/** Looks at the Secret of a certificate. */
export function proofOf(world: World, { alias, secret, expected, issued }: DesiredCertificate): SecretProof {
  const observed = world.find(secret);
  switch (observed.state) {
    case 'absent':
      return 'absent';
    case 'unreadable':
      return { unreadable: observed.why };
    case 'present':
      return (
        (issued === undefined && alias !== 'client' ? withoutAuthority(observed.object) : undefined) ??
        (world.prove ?? proveSecret)(observed.object, alias, expected, world.now)
      );
  }
}

/** Of a public issuer it is known that clients know its authority; of what the user supplies it is not, so its authority comes with it. */
function withoutAuthority({ data }: KubernetesObject): Refused | undefined {
  return (data as { readonly [key: string]: unknown } | undefined)?.['ca.crt']
    ? undefined
    : {
        proven: false,
        reason: 'AuthorityMissing',
        message:
          'It has no ca.crt, by which workloads and Prometheus are to verify the certificate: add the certificate of its authority.',
      };
}

/** Tells a proof from everything else. */
export function isProven(result: SecretProof): result is Proven {
  return typeof result === 'object' && 'proven' in result && result.proven;
}

function refusal(world: World, { secret, issued }: DesiredCertificate, result: Exclude<SecretProof, Proven>): Verdict {
  const described = describeReference(secret);
  const needsUser = issued === undefined;
  if (result === 'absent') {
    const certificate = issued && world.find(referenceTo(issued.object));
    if (issued && certificate?.state === 'present' && conditionOf(certificate.object, 'Ready')?.status === 'True') {
      return held(
        'SecretMissing',
        `${described} is gone, though ${describeReference(referenceTo(issued.object))} is ready: cert-manager issues it anew within seconds. See whether cert-manager runs.`,
        { blockedBy: secret },
      );
    }
    return needsUser
      ? held('SecretMissing', `${described} does not exist: supply it, or name an issuer that issues it.`, {
          blockedBy: secret,
          needsUser,
        })
      : held('SecretMissing', `${described} has not been issued yet.`, { blockedBy: secret });
  }
  if ('unreadable' in result) {
    return held('SecretUnreadable', `${described} cannot be read: ${result.unreadable}.`, {
      blockedBy: secret,
      needsUser: true,
    });
  }
  return held(result.reason, `${described}: ${result.message}`, {
    blockedBy: secret,
    retryAt: result.retryAt,
    ...(needsUser && { needsUser }),
  });
}
