import { type EffectiveCertificate, effectiveCertificates, isIssued } from '../lib/defaults';
import { replicaCounts } from '../lib/graph/gates/workload-ready';
import { type KubernetesObject } from '../lib/kubernetes';
import {
  authSecretName,
  configurationSecretName,
  governingServiceName,
  monitorSecretName,
  statsServiceName,
} from '../lib/names';
import { type IssuerReference, type ProxySQLResource } from '../lib/proxysql-resource';
import { type Kind } from './kubernetes/resources';
import { type IndexFunction, keyOf, type ReadableStore } from './runtime/store';

/** Indexes of the store of ProxySQLs: who names what. */
export const PROXYSQL_INDEXES: Readonly<Record<string, IndexFunction<ProxySQLResource>>> = {
  /** Objects of the same namespace that are or would be its own, and Secrets that it names: by `namespace/name`. */
  names: (proxysql) => namesOf(proxysql).map((name) => keyOf(proxysql.metadata.namespace, name)),
  /** Issuers: by `Issuer namespace/name` and `ClusterIssuer name`. */
  issuers: (proxysql) =>
    certificatesOf(proxysql)
      .filter(isIssued)
      .map(({ issuerRef }) => issuerKey(issuerRef, proxysql)),
  /** AppBindings: by `namespace/name`. */
  backends: ({ metadata, spec }) => {
    const name = spec?.backend?.name;
    return typeof name === 'string' ? [keyOf(metadata.namespace, name)] : [];
  },
};

/** Index of stores with objects of ProxySQLs: by the UID of the ProxySQL that controls them. */
export const OWNER_INDEX: Readonly<Record<string, IndexFunction<KubernetesObject>>> = {
  owner: (object) => controllerOf(object).map(({ uid }) => uid),
};

/** Index of StatefulSets: those of ProxySQLs whose pods are being replaced. */
export const ROLLING_INDEX: Readonly<Record<string, IndexFunction<KubernetesObject>>> = {
  rolling: (workload) => (controllerOf(workload).length > 0 && replicaCounts(workload).rolling ? [''] : []),
};

/** Keys of the ProxySQLs that an object matters to, by index: never by looking at all of them. */
export function proxysqlsFor(
  kind: Kind,
  object: KubernetesObject,
  proxysqls: ReadableStore<ProxySQLResource>,
): ReadonlySet<string> {
  const { namespace, name, labels } = object.metadata;
  const keys = new Set<string>();
  const addAll = (index: string, value: string): void => {
    proxysqls.keysByIndex(index, value).forEach((key) => keys.add(key));
  };
  switch (kind) {
    case 'ProxySQL':
      return keys.add(keyOf(namespace, name));
    case 'Issuer':
    case 'ClusterIssuer':
      addAll('issuers', `${kind} ${keyOf(namespace, name)}`);
      return keys;
    case 'AppBinding':
      addAll('backends', keyOf(namespace, name));
      return keys;
    case 'Pod': {
      const instance = labels?.['app.kubernetes.io/instance'];
      return instance === undefined ? keys : keys.add(keyOf(namespace, instance));
    }
    default:
      controllerOf(object).forEach((owner) => keys.add(keyOf(namespace, owner.name)));
      addAll('names', keyOf(namespace, name));
      return keys;
  }
}

function controllerOf({ metadata }: KubernetesObject): readonly { readonly uid: string; readonly name: string }[] {
  return (metadata.ownerReferences ?? []).filter(({ kind, controller }) => controller === true && kind === 'ProxySQL');
}

function namesOf(proxysql: ProxySQLResource): string[] {
  const { name } = proxysql.metadata;
  const auth = proxysql.spec?.authSecret?.name;
  const init = proxysql.spec?.configuration?.init?.secretName || proxysql.spec?.configSecret?.name;
  return [
    name,
    governingServiceName(name),
    statsServiceName(name),
    monitorSecretName(name),
    configurationSecretName(name),
    typeof auth === 'string' && auth !== '' ? auth : authSecretName(name),
    ...(typeof init === 'string' && init !== '' ? [init] : []),
    ...certificatesOf(proxysql).flatMap((certificate) => [certificate.name, certificate.secretName]),
  ];
}

/** The certificates that a ProxySQL asks for, whatever its issuers are. A malformed one, from before the schema forbade it, names nothing. */
export function certificatesOf(proxysql: ProxySQLResource): readonly EffectiveCertificate[] {
  try {
    return effectiveCertificates(proxysql, { isAcme: () => false }).filter(({ name, secretName, issuerRef }) =>
      [name, secretName, ...(issuerRef ? [issuerRef.kind, issuerRef.name] : [])].every(
        (text: unknown) => typeof text === 'string',
      ),
    );
  } catch {
    return [];
  }
}

function issuerKey({ kind, name }: IssuerReference, { metadata }: ProxySQLResource): string {
  return `${kind} ${kind === 'ClusterIssuer' ? name : keyOf(metadata.namespace, name)}`;
}
