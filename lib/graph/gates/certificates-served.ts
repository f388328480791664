import { describeReference, type ObjectReference } from '../../kubernetes';
import { DB_PORT } from '../../ports';
import { hasCondition } from '../conditions';
import { desiredCertificates, wantsTls } from '../desired';
import { podNames, podReference } from '../pods';
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
  if (workload.state !== 'present') {
    return held('NothingServed', 'There is no pod yet.', { blockedBy: workloadReference(world) });
  }
  const { replicas, ready } = replicaCounts(workload.object);
  const { fingerprint } = proof.certificate;
  const pods = podNames(world.proxysql, replicas);
  const right = pods.filter((pod) => world.served.get(pod) === fingerprint);
  const wrong = pods.filter((pod) => world.served.has(pod) && world.served.get(pod) !== fingerprint);
  const [silent] = silentPods(world, pods);
  const stillCounts = wrong.length === 0 && ready >= replicas && wereAllSeen(world, fingerprint);
  if (right.length === pods.length || (stillCounts && silent !== undefined)) {
    const counted = `${pods.length} of ${pods.length} pods`;
    return silent === undefined
      ? open('CertificatesServed', `${counted} serve the certificate in the Secret.`)
      : open(
          NOT_ANSWERING,
          `${counted} were seen to serve the certificate in the Secret; since then ${describeSilence(world, pods)}`,
        );
  }
  const counted = `${right.length} of ${pods.length} pods are known to serve the certificate in the Secret`;
  const others = wrong.filter((pod) => world.unanswered?.has(pod) !== true);
  if (others.length > 0) {
    return held('OtherCertificateServed', `${counted}; ${others.length} still serve another one.`);
  }
  if (silent !== undefined) {
    return held(NOT_ANSWERING, `${counted}; ${describeSilence(world, pods)}`, { blockedBy: silent.pod });
  }
  return ready < replicas
    ? held('PodsNotReady', `${counted}; ${ready} of ${replicas} are ready.`)
    : held('NotYetSeen', `${counted}; the others have not answered yet.`, { unknown: stillCounts });
};

/** Pods that should tell their certificate do not, for longer than a busy one takes. */
export const NOT_ANSWERING = 'PodsNotAnswering';

/** Whether all pods were seen to serve this very certificate, as after a restart: of another one that tells nothing. */
function wereAllSeen({ proxysql: { status } }: World, fingerprint: string): boolean {
  return (
    hasCondition(status?.conditions ?? [], 'CertificatesServed', 'True') &&
    status?.certificates?.find(({ alias }) => alias === 'server')?.fingerprint === fingerprint
  );
}

interface SilentPod {
  readonly pod: ObjectReference;
  readonly address: string;
  readonly why: string;
}

function silentPods({ proxysql, unanswered }: World, pods: readonly string[]): SilentPod[] {
  return pods.flatMap((name) => {
    const { address, why } = unanswered?.get(name) ?? {};
    return address === undefined || why === undefined ? [] : [{ pod: podReference(proxysql, name), address, why }];
  });
}

function describeSilence(world: World, pods: readonly string[]): string {
  const [first, ...others] = silentPods(world, pods).map(
    ({ pod, address, why }) => `${describeReference(pod)} at ${address} (${why})`,
  );
  const more = others.length === 0 ? '' : ` and ${others.length} more`;
  return `the operator gets no answer from ${first}${more}: check that NetworkPolicies let the operator reach port ${DB_PORT.number} of the pods.`;
}
