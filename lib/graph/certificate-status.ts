import { type CertificateStatus } from '../proxysql-resource';
import { desiredCertificates, wantsTls } from './desired';
import { statusOf } from './gates/conditions';
import { isProven, proofOf } from './gates/tls-secrets-proven';
import { replicaCounts, workloadReference } from './gates/workload-ready';
import { podsOf } from './gates/certificates-served';
import { referenceTo } from '../kubernetes';
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

/** While no pod has been asked, what was counted before still counts. */
function countServing(world: World, fingerprint: string): number | undefined {
  const workload = world.find(workloadReference(world));
  const pods = workload.state === 'present' ? podsOf(world, replicaCounts(workload.object).replicas) : [];
  if (!pods.some((pod) => world.served.has(pod))) {
    const before = world.proxysql.status?.certificates?.find(({ alias }) => alias === 'server');
    return before?.fingerprint === fingerprint ? before.servedByPods : undefined;
  }
  return pods.filter((pod) => world.served.get(pod) === fingerprint).length;
}

/** Milliseconds since the epoch as Kubernetes writes times. */
export function instant(milliseconds: number): string {
  return new Date(milliseconds).toISOString().replace(/\.\d{3}Z$/, 'Z');
}
