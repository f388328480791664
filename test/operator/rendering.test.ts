import { type KubernetesObject } from '../../lib/kubernetes';
import { type ProxySQLResource, type TlsSpec } from '../../lib/proxysql-resource';
import { Renderer } from '../../operator/rendering';
import { appBindingResource, proxysqlResource } from '../support/resource';

/** An issuer that is gone for some minutes, as when it is made anew: nothing that was issued is wanted otherwise. */

const issuerRef = (name: string) => ({ apiGroup: 'cert-manager.io', kind: 'Issuer', name });
const ISSUER: KubernetesObject = {
  apiVersion: 'cert-manager.io/v1',
  kind: 'Issuer',
  metadata: { name: 'issuer', namespace: 'demo' },
};
const ACME = { ...ISSUER, spec: { acme: {} } };
const PRIVATE = { ...ISSUER, spec: { ca: {} } };
const TLS: TlsSpec = {
  issuerRef: issuerRef('issuer'),
  certificates: [{ alias: 'server', dnsNames: ['db.example.com'] }],
};

let cluster: Map<string, KubernetesObject>;
let renderer: Renderer;

const keyOf = (kind: string, name: string) => `${kind} ${name}`;
const put = (object: KubernetesObject) => cluster.set(keyOf(object.kind, object.metadata.name), object);
const remove = ({ kind, metadata }: KubernetesObject) => cluster.delete(keyOf(kind, metadata.name));

function restart(): void {
  renderer = new Renderer({ get: (kind, _, name) => cluster.get(keyOf(kind, name)) }, {});
}

beforeEach(() => {
  cluster = new Map();
  put(appBindingResource() as unknown as KubernetesObject);
  restart();
});

function proxysql(tls: TlsSpec = TLS): ProxySQLResource {
  const monitor = { agent: 'prometheus.io/operator', prometheus: { serviceMonitor: {} } } as const;
  const base = proxysqlResource({ replicas: 1, tls, monitor });
  return { ...base, metadata: { ...base.metadata, uid: 'uid', generation: 1 } };
}

function rendered(tls?: TlsSpec): KubernetesObject[] {
  const { problems, desired } = renderer.of(proxysql(tls));
  expect(problems).toEqual([]);
  return desired.map(({ object }) => object);
}

const isCertificate = ({ kind }: KubernetesObject) => kind === 'Certificate';
const namesOf = (objects: readonly KubernetesObject[]) =>
  objects.filter(isCertificate).map(({ metadata }) => metadata.name);

test.each([
  ['an ACME issuer', ACME],
  ['a private issuer', PRIVATE],
])('given %s that is gone, then the same is wanted as before, also after a restart', (_, issuer) => {
  put(issuer);
  const before = rendered();
  before.filter(isCertificate).forEach(put);
  remove(issuer);

  expect(rendered()).toEqual(before);
  restart();
  expect(rendered()).toEqual(before);
});

test('given that the Certificates went with the issuer, then it is known from before', () => {
  put(ACME);
  const before = rendered();
  remove(ACME);

  expect(rendered()).toEqual(before);
});

test('given that another kind of issuer comes under its name, then that counts', () => {
  put(ACME);
  expect(namesOf(rendered())).toEqual(['proxy-server-server-cert']);
  put(PRIVATE);
  expect(namesOf(rendered())).toContain('proxy-server-client-cert');
});

test('given another issuer that is not there yet, then what was asked for stays until it is', () => {
  put(ACME);
  const before = rendered();
  before.filter(isCertificate).forEach(put);
  restart();
  const moved = rendered({ ...TLS, issuerRef: issuerRef('not-there-yet') });

  expect(namesOf(moved)).toEqual(['proxy-server-server-cert']);
  expect(moved.find(isCertificate)?.spec).toMatchObject({ dnsNames: ['db.example.com'] });
  expect(moved.find(({ kind }) => kind === 'ServiceMonitor')).toEqual(
    before.find(({ kind }) => kind === 'ServiceMonitor'),
  );
});

test('given an entry for the client, then an issuer that nobody has seen is not taken for one that refuses it', () => {
  put(ACME);
  rendered().filter(isCertificate).forEach(put);
  const client = { ...TLS, certificates: [...(TLS.certificates ?? []), { alias: 'client' }] };

  expect(namesOf(rendered({ ...client, issuerRef: issuerRef('not-there-yet') }))).toContain('proxy-server-client-cert');
});

test('given an issuer that nobody has seen and no Certificate, then it is taken for a private one', () => {
  expect(namesOf(rendered())).toContain('proxy-server-client-cert');
});

test('given the same generation once more with another spec, as after a restored backup, then it is rendered anew', () => {
  put(PRIVATE);
  const replicasOf = (resource: ProxySQLResource) =>
    renderer
      .of(resource)
      .desired.flatMap(({ object }) =>
        object.kind === 'StatefulSet' ? [(object.spec as { replicas?: number }).replicas] : [],
      );
  const [bad, good] = [5, 3].map((replicas) => {
    const resource = proxysql();
    return { ...resource, spec: { ...resource.spec, replicas } };
  });
  expect(replicasOf(bad as ProxySQLResource)).toEqual([5]);
  expect(replicasOf(good as ProxySQLResource)).toEqual([3]);
});
