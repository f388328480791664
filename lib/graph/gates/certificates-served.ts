import { podName } from '../../names';
import { desiredCertificates, wantsTls } from '../desired';
import { held, open } from '../verdict';
import { type World } from '../world';
import { type Gate } from './gate';
import { isProven, proofOf } from './tls-secrets-proven';
import { replicaCounts, workloadReference } from './workload-ready';

/** Each pod serves the certificate that is in the Secret: what clients get, not what was meant for them. */
export const certificatesServed: Gate = (world) => {
  if (!wantsTls(world)) {
    return open('TLSNotRequested', 'No certificate is served.');
  }
  const server = desiredCertificates(world).find(({ alias }) => alias === 'server');
  const proof = server === undefined ? undefined : proofOf(world, server);
  if (server === undefined || proof === undefined || !isProven(proof)) {
    return held('SecretNotProven', 'What pods serve is compared once the server Secret is proven.', {
      ...(server !== undefined && { blockedBy: server.secret }),
    });
  }
  const workload = world.find(workloadReference(world));
  const replicas = workload.state === 'present' ? replicaCounts(workload.object).replicas : 0;
  if (workload.state !== 'present') {
    return held('NothingServed', 'There is no pod yet.', { blockedBy: workloadReference(world) });
  }
  const pods = podsOf(world, replicas);
  const seen = pods.filter((pod) => world.served.has(pod));
  const right = pods.filter((pod) => world.served.get(pod) === proof.certificate.fingerprint);
  if (right.length === pods.length) {
    return open('CertificatesServed', `${right.length} of ${pods.length} pods serve the certificate in the Secret.`);
  }
  const counted = `${right.length} of ${pods.length} pods are known to serve the certificate in the Secret`;
  return seen.length === right.length
    ? held('NotYetSeen', `${counted}; the others have not been asked yet.`, { unknown: true })
    : held('OtherCertificateServed', `${counted}; ${seen.length - right.length} still serve another one.`);
};

/** Names of the pods that there should be. */
export function podsOf({ proxysql }: World, replicas: number): string[] {
  return Array.from({ length: replicas }, (_, ordinal) => podName(proxysql.metadata.name, ordinal));
}
