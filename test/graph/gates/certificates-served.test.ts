import { decide } from '../../../lib/graph/decide';
import { certificatesServed } from '../../../lib/graph/gates/certificates-served';
import { type Unanswered, type World } from '../../../lib/graph/world';
import { type KubernetesObject } from '../../../lib/kubernetes';
import { type ProxySQLStatus } from '../../../lib/proxysql-resource';
import * as small from '../small-world';

/** What is said of the certificates that pods serve, and of pods that say nothing. */

const { NOW } = small;

function objects(ready: number, replicas = 1): KubernetesObject[] {
  return [...small.PROVEN, { ...small.workload(ready), spec: { replicas } }];
}

function look(ready: number, more: Partial<World> = {}, status?: ProxySQLStatus, replicas = 1) {
  const decision = decide(
    small.worldOf(objects(ready, replicas), { ...more, ...(status && { proxysql: small.proxysql({ status }) }) }),
  );
  const {
    status: state,
    reason,
    message,
  } = decision.conditions.find(({ type }) => type === 'CertificatesServed') ?? {};
  const { phase, blockedBy, certificates, conditions } = decision;
  return { said: { state, reason, message }, phase, blockedBy, certificates, conditions };
}

const heard = (...fingerprints: string[]) => new Map(fingerprints.map((served, index) => [`db-${index}`, served]));
const SILENT: Unanswered = { address: '10.0.0.7', why: 'did not answer within 2000 ms', since: NOW - 60_000 };
const unanswered = new Map([['db-0', SILENT]]);
const ADVICE = 'check that NetworkPolicies let the operator reach port 6033 of the pods.';

/** As it was reported once the pods had been seen to serve what the Secret has. */
function seenBefore(replicas = 1): ProxySQLStatus {
  const { conditions, certificates, phase } = look(
    replicas,
    { served: heard(...Array.from({ length: replicas }, () => 'f1')) },
    undefined,
    replicas,
  );
  return { conditions, certificates, phase };
}

/** The same, of the certificate before the one that is in the Secret now. */
function seenBeforeRenewal(): ProxySQLStatus {
  const { certificates = [], ...rest } = seenBefore();
  return { ...rest, certificates: certificates.map((entry) => ({ ...entry, fingerprint: 'f0' })) };
}

describe('before the first Ready', () => {
  test('given a StatefulSet that somebody scaled beyond all measure, then pods are not counted up to that', () => {
    expect(look(1, {}, undefined, 2 ** 31 - 1).said.message).toMatch(/^0 of 1000 pods/);
  });

  test('given a pod that was not asked yet, or has not answered for a moment, then it is waited for', () => {
    expect(look(1)).toMatchObject({
      said: {
        state: 'False',
        reason: 'NotYetSeen',
        message: '0 of 1 pods are known to serve the certificate in the Secret; the others have not answered yet.',
      },
      phase: 'Provisioning',
    });
  });

  test('given a pod that does not answer, then it is named, with where it was asked and what to do', () => {
    expect(look(1, { unanswered })).toMatchObject({
      said: {
        state: 'False',
        reason: 'PodsNotAnswering',
        message: `0 of 1 pods are known to serve the certificate in the Secret; the operator gets no answer from Pod demo/db-0 at 10.0.0.7 (did not answer within 2000 ms): ${ADVICE}`,
      },
      phase: 'Provisioning',
      blockedBy: 'Pod demo/db-0',
    });
  });

  test('given several, then the first is named and the others are counted', () => {
    const all = new Map(['db-0', 'db-1', 'db-2'].map((name) => [name, SILENT]));
    expect(look(3, { unanswered: all }, undefined, 3).said.message).toContain(
      '(did not answer within 2000 ms) and 2 more:',
    );
  });
});

describe('after a restart of the operator', () => {
  test('given the certificate that pods were seen to serve, then nothing changes while they are asked', () => {
    const before = seenBefore();
    const after = look(1, {}, before);
    expect(after.conditions).toBe(before.conditions);
    expect(after).toMatchObject({ phase: 'Ready', certificates: before.certificates });
    expect(after.blockedBy).toBeUndefined();
  });

  test('given that some have answered by then, then the others still count', () => {
    const before = seenBefore(3);
    const after = look(3, { served: heard('f1') }, before, 3);
    expect(after.conditions).toBe(before.conditions);
    expect(after.certificates).toEqual(before.certificates);
  });

  test('given pods that do not answer, then what they were seen to serve counts, and that they do not is told', () => {
    const after = look(1, { unanswered }, seenBefore());
    expect(after).toMatchObject({
      said: {
        state: 'True',
        reason: 'PodsNotAnswering',
        message: `1 of 1 pods were seen to serve the certificate in the Secret; since then the operator gets no answer from Pod demo/db-0 at 10.0.0.7 (did not answer within 2000 ms): ${ADVICE}`,
      },
      phase: 'Ready',
      certificates: [{ servedByPods: 1 }],
    });
    const { conditions, certificates } = after;
    expect(look(1, {}, { conditions, certificates }).conditions).toBe(conditions);
  });

  test('given another certificate than pods were seen to serve, then it is not taken for served, and is Critical in the end', () => {
    const soon = look(1, {}, seenBeforeRenewal());
    expect(soon).toMatchObject({ said: { state: 'False', reason: 'NotYetSeen' }, phase: 'Ready' });
    const { conditions, certificates } = soon;
    expect(look(1, { unanswered }, { conditions, certificates })).toMatchObject({
      said: { state: 'False', reason: 'PodsNotAnswering' },
      phase: 'Ready',
    });
    const late = { unanswered, now: NOW + 120_000 };
    expect(look(1, late, { conditions, certificates }).phase).toBe('Critical');
  });

  test('given that pods serve the renewed one already, then nothing but the certificate changes', () => {
    const before = seenBeforeRenewal();
    const after = look(1, { served: heard('f1') }, before);
    expect(after.conditions).toBe(before.conditions);
    expect(after.certificates).toMatchObject([{ fingerprint: 'f1', servedByPods: 1 }]);
  });
});

test('given a pod that was seen to serve the certificate and then does not answer, then it still counts', () => {
  expect(look(1, { served: heard('f1'), unanswered }, seenBefore())).toMatchObject({
    said: { state: 'True', reason: 'PodsNotAnswering' },
    phase: 'Ready',
    certificates: [{ servedByPods: 1 }],
  });
});

test('given a pod that was seen to serve another one and then does not answer, then it does not count', () => {
  expect(look(1, { served: heard('f0'), unanswered }, seenBefore()).said).toMatchObject({
    state: 'False',
    reason: 'PodsNotAnswering',
  });
});

test('given pods that are not ready and do not answer, then what was seen before does not count', () => {
  expect(look(0, { unanswered }, seenBefore()).said).toMatchObject({ state: 'False', reason: 'PodsNotAnswering' });
});

test('given a server Secret that is not proven, then it is what is waited for; given no TLS, then nothing is', () => {
  const unproven = { prove: () => ({ proven: false, reason: 'KeyMismatch', message: 'No.' }) as const };
  expect(certificatesServed(small.worldOf(objects(1), { ...unproven, served: heard('f1') }))).toMatchObject({
    open: false,
    reason: 'SecretNotProven',
    blockedBy: { kind: 'Secret', name: 'db-server-cert' },
  });
  const none = certificatesServed(small.worldOf(objects(1), { desired: [] }));
  expect(none).toMatchObject({ open: false, reason: 'SecretNotProven' });
  expect(none).not.toHaveProperty('blockedBy');
  const proxysql = small.proxysql({ spec: { ...small.proxysql().spec, tls: undefined } });
  expect(certificatesServed(small.worldOf([], { proxysql }))).toMatchObject({ open: true, reason: 'TLSNotRequested' });
});

test('given pods that are not ready, then nothing is said to be served by them', () => {
  expect(look(0, {}, seenBefore())).toMatchObject({
    said: {
      state: 'False',
      reason: 'PodsNotReady',
      message: '0 of 1 pods are known to serve the certificate in the Secret; 0 of 1 are ready.',
    },
    phase: 'NotReady',
    certificates: [{ servedByPods: 0 }],
  });
});

test('given pods that serve another certificate, then they are counted', () => {
  expect(look(2, { served: heard('f1', 'f0') }, undefined, 2).said.message).toBe(
    '1 of 2 pods are known to serve the certificate in the Secret; 1 still serve another one.',
  );
});
