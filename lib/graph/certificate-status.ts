import { type CertificateStatus } from '../proxysql-resource';
import { desiredCertificates, wantsTls } from './desired';
import { statusOf } from './gates/conditions';
import { isProven, proofOf } from './gates/tls-secrets-proven';
import { replicaCounts, workloadReference } from './gates/workload-ready';
import { podNames } from './pods';
import { referenceTo } from '../kubernetes';
import { instant } from './instant';
import { type World } from './world';

/** What the status says about each certificate: what was issued, and how many pods serve it. */
export function certificateStatuses(world: World): CertificateStatus[] {
  if (!wantsTls(world)) {
    return [];
  }
  return desiredCertificates(world).map((wanted): CertificateStatus => {
    const { alias, secret, issued } = wanted;
    const result = proofOf(world, wanted);
    const base = { alias, secretName: secret.name };
    if (!isProven(result)) {
      const before = world.proxysql.status?.certificates?.find((entry) => entry.alias === alias);
      // When it ended is still to be told, above all to whoever watches the date.
      const isKnown = typeof result === 'object' && 'reason' in result && result.reason === 'Expired';
      return isKnown && before?.secretName === secret.name ? before : base;
    }
    const { fingerprint, notBefore, notAfter, issuer } = result.certificate;
    const observed = issued && world.find(referenceTo(issued.object));
    const renewalTime = observed?.state === 'present' ? statusOf(observed.object).renewalTime : undefined;
    const servedByPods = alias === 'server' ? countServing(world, fingerprint) : undefined;
    return {
      ...base,
      fingerprint,
      notBefore: instant(notBefore),
      notAfter: instant(notAfter),
      ...(typeof renewalTime === 'string' && { renewalTime }),
      issuer,
      ...(servedByPods !== undefined && { servedByPods }),
    };
  });
}

/** What was counted of this certificate before still counts for pods that are ready and have not been heard since. */
function countServing(world: World, fingerprint: string): number | undefined {
  const workload = world.find(workloadReference(world));
  const { replicas, ready } = workload.state === 'present' ? replicaCounts(workload.object) : { replicas: 0, ready: 0 };
  const seen = podNames(world.proxysql, replicas).flatMap((pod) => world.served.get(pod) ?? []);
  const right = seen.filter((served) => served === fingerprint).length;
  const before = world.proxysql.status?.certificates?.find(({ alias }) => alias === 'server');
  if (before?.fingerprint !== fingerprint || before.servedByPods === undefined) {
    return seen.length === 0 ? undefined : right;
  }
  const unheard = Math.max(0, ready - seen.length);
  return Math.max(right, Math.min(before.servedByPods, right + unheard));
}
