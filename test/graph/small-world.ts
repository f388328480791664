import { type RenderedObject } from '../../lib/graph/rendered-object';
import { type StepId } from '../../lib/graph/step-id';
import { type Observation, type World } from '../../lib/graph/world';
import { describeReference, type KubernetesObject } from '../../lib/kubernetes';
import { selectorLabels } from '../../lib/labels';
import { type Proof } from '../../lib/proof/proof';
import { type ProxySQLResource } from '../../lib/proxysql-resource';

/** A ProxySQL `db` in `demo` and a handful of stand-ins for what it becomes. */

export const NOW = Date.parse('2026-06-15T12:00:00Z');
export const VALID_UNTIL = NOW + 1e9;

export function proxysql(more: Partial<ProxySQLResource> = {}): ProxySQLResource {
  return {
    apiVersion: 'kubedb.com/v1',
    kind: 'ProxySQL',
    metadata: { name: 'db', namespace: 'demo', uid: 'uid', generation: 1 },
    spec: { version: '3.0.1', backend: { name: 'mysql' }, tls: { issuerRef: { kind: 'Issuer', name: 'ca' } } },
    ...more,
  };
}

function owned(apiVersion: string, kind: string, name: string, more: object = {}): KubernetesObject {
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      namespace: 'demo',
      generation: 1,
      labels: selectorLabels('db'),
      ownerReferences: [{ apiVersion: 'kubedb.com/v1', kind: 'ProxySQL', name: 'db', uid: 'uid', controller: true }],
    },
    ...more,
  };
}

/** What is kept of a login: that it is there. */
export const LOGIN = { username: 'present', password: 'present' };

export const CONFIGURATION = owned('v1', 'Secret', 'db-configuration');
export const SERVICE = owned('v1', 'Service', 'db');
export const ACCOUNT = owned('v1', 'ServiceAccount', 'db');
export const CERTIFICATE = owned('cert-manager.io/v1', 'Certificate', 'db-server-cert', {
  spec: { secretName: 'db-server-cert', dnsNames: ['db'], issuerRef: { kind: 'Issuer', name: 'ca' } },
});
export const WORKLOAD = owned('apps/v1', 'StatefulSet', 'db', { spec: { replicas: 1 } });

const STEPS: readonly (readonly [StepId, KubernetesObject])[] = [
  ['Secrets', CONFIGURATION],
  ['Services', SERVICE],
  ['Access', ACCOUNT],
  ['Certificates', CERTIFICATE],
  ['Workload', WORKLOAD],
];
export const DESIRED: readonly RenderedObject[] = STEPS.map(([step, object]) => ({ step, object }));

export function issuer(ready: boolean, observedGeneration = 1, message = ''): KubernetesObject {
  const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False', observedGeneration, message }];
  return {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Issuer',
    metadata: { name: 'ca', namespace: 'demo', generation: 1 },
    status: { conditions },
  };
}

export const APP_BINDING: KubernetesObject = {
  apiVersion: 'appcatalog.appscode.com/v1alpha1',
  kind: 'AppBinding',
  metadata: { name: 'mysql', namespace: 'demo' },
};

/** A TLS Secret in a state that {@link proveByState} knows. */
export function tlsSecret(state: 'temporary' | 'good' | 'broken', name = 'db-server-cert'): KubernetesObject {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace: 'demo' }, data: { state, 'ca.crt': 'CA' } };
}

export function certificateObject(ready: boolean, status: object = {}): KubernetesObject {
  const conditions = [{ type: 'Ready', status: ready ? 'True' : 'False', observedGeneration: 1, message: 'Issuing' }];
  return { ...CERTIFICATE, status: { conditions, ...status } };
}

/** All that the workload depends on, in order. */
export const PROVEN: readonly KubernetesObject[] = [
  APP_BINDING,
  CONFIGURATION,
  SERVICE,
  ACCOUNT,
  issuer(true),
  certificateObject(true),
  tlsSecret('good'),
];

export function workload(readyReplicas: number): KubernetesObject {
  return { ...WORKLOAD, status: { observedGeneration: 1, readyReplicas, updatedReplicas: 1 } };
}

export function proveByState(secret: KubernetesObject): Proof {
  const { state } = secret.data as { readonly state: string };
  if (state !== 'good') {
    return {
      proven: false,
      reason: state === 'temporary' ? 'TemporaryCertificate' : 'KeyMismatch',
      message: `It is ${state}.`,
    };
  }
  return {
    proven: true,
    certificate: {
      fingerprint: 'f1',
      notBefore: NOW,
      notAfter: VALID_UNTIL,
      issuer: 'CN=ca',
      chain: ['f1'],
    },
    fingerprintOfSet: 's1',
    validUntil: VALID_UNTIL,
  };
}

/** A world with exactly these objects in it. */
export function worldOf(objects: readonly KubernetesObject[], more: Partial<World> = {}): World {
  const known = new Map(objects.map((object) => [key(object.kind, object.metadata.name), object]));
  return {
    now: NOW,
    proxysql: proxysql(),
    problems: [],
    desired: DESIRED,
    owned: objects.filter(({ metadata }) => metadata.ownerReferences?.some(({ uid }) => uid === 'uid')),
    served: new Map(),
    prove: proveByState,
    find(reference): Observation {
      const object = known.get(key(reference.kind, reference.name));
      return object === undefined ? { state: 'absent' } : { state: 'present', object };
    },
    ...more,
  };
}

function key(kind: string, name: string): string {
  return describeReference({ apiVersion: '', kind, name });
}
