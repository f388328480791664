import { type Observation } from '../lib/graph/world';
import { type KubernetesObject, type ObjectMeta, type ObjectReference, referenceTo } from '../lib/kubernetes';
import { KUBEDB_GROUP } from '../lib/labels';
import { type ProxySQLResource } from '../lib/proxysql-resource';
import { type Clock } from '../runtime/clock';
import { type Logger } from '../runtime/logger';
import { type Client } from './kubernetes/client';
import { apiVersionOf, type Kind, RESOURCES } from './kubernetes/resources';
import { OWNER_INDEX, PROXYSQL_INDEXES, proxysqlsFor, ROLLING_INDEX } from './references';
import { isNewsToWriter } from './relevance';
import { Packer } from './runtime/packer';
import { Reflector, type ReflectorState } from './runtime/reflector';
import { type Change, keyOf, objectKey, type ReadableStore, Store } from './runtime/store';
import { metadataOnly, withoutDepths, withoutForeignParts, withoutPasswords, withoutPodDetails } from './shrink';

/** What the caches need. */
export interface CachesOptions {
  readonly client: Client;
  /** Namespaces that are watched; undefined for all. */
  readonly namespaces?: readonly string[];
  /** Label selector of the ProxySQLs that are watched. */
  readonly selector?: string;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
}

/** An object changed, and it matters to a ProxySQL. */
export type OnChange = (key: string, kind: Kind, change: Change<KubernetesObject>) => void;

interface Watched {
  readonly kind: Kind;
  readonly labelSelector?: string;
  readonly metadataOnly?: boolean;
  readonly transform: (object: KubernetesObject) => KubernetesObject;
}

const OURS = `app.kubernetes.io/managed-by=${KUBEDB_GROUP}`;
const NOT_OURS = `app.kubernetes.io/managed-by!=${KUBEDB_GROUP}`;

/**
 * What is watched, and how. Of Secrets only those with our label are read; of all others nothing but the metadata, so that a conflict is
 * seen and no password is read. Objects of other kinds that belong to others are cut down to their metadata too.
 */
const WATCHED: readonly Watched[] = [
  { kind: 'AppBinding', transform: withoutDepths },
  { kind: 'Issuer', transform: withoutDepths },
  { kind: 'ClusterIssuer', transform: withoutDepths },
  { kind: 'Secret', labelSelector: OURS, transform: withoutPasswords },
  { kind: 'Pod', labelSelector: OURS, transform: withoutPodDetails },
  ...(
    [
      'Certificate',
      'Service',
      'ServiceAccount',
      'NetworkPolicy',
      'PodDisruptionBudget',
      'StatefulSet',
      'ServiceMonitor',
    ] as const
  ).map((kind) => ({ kind, transform: withoutForeignParts })),
];

/** Kinds of which a ProxySQL can own objects. */
const OWNED: readonly Kind[] = WATCHED.map(({ kind }) => kind).filter(
  (kind) => !['AppBinding', 'Issuer', 'ClusterIssuer', 'Pod'].includes(kind),
);

const BY_REFERENCE = new Map<string, Kind>(
  (Object.keys(RESOURCES) as Kind[]).map((kind) => [`${apiVersionOf(RESOURCES[kind])}/${kind}`, kind]),
);

/** One watch of a kind. */
interface Watching {
  readonly kind: Kind;
  readonly namespace?: string;
  readonly reflector: Reflector<KubernetesObject>;
  /** Why the kind cannot be looked at; it still cannot while there is no connection. */
  unavailable?: string;
}

interface Creation {
  readonly writer: string;
  readonly missed: (() => void)[];
  /** Whether it was deleted before the answer to its creation came. */
  deleted: boolean;
}

/** What the operator knows of the cluster, kept current by watches. */
export class Caches {
  readonly proxysqls: ReadableStore<ProxySQLResource>;
  private readonly stores = new Map<Kind, Store<KubernetesObject>>();
  private readonly packer = new Packer();
  private readonly secretNames = new Store<KubernetesObject>({ transform: metadataOnly, packer: this.packer });
  private readonly reflectors: Watching[] = [];
  private readonly availabilityListeners = new Set<(key: string) => void>();
  private readonly proxysqlStore: Store<ProxySQLResource>;
  /** Key of the ProxySQL for which something was written, while the answer is put into a store: it knows already. */
  private writer: string | undefined;
  /** What is being created, and for which ProxySQL; and what was told of it meanwhile. */
  private readonly creating = new Map<string, Creation>();

  constructor(private readonly options: CachesOptions) {
    this.proxysqlStore = new Store<ProxySQLResource>({
      indexes: PROXYSQL_INDEXES,
      transform: (object) => withoutDepths(object) as ProxySQLResource,
      packer: this.packer,
    });
    this.proxysqls = this.proxysqlStore;
    this.watch('ProxySQL', this.proxysqlStore as unknown as Store<KubernetesObject>, {
      labelSelector: options.selector,
    });
    for (const { kind, transform, ...selection } of WATCHED) {
      const indexes = kind === 'StatefulSet' ? { ...OWNER_INDEX, ...ROLLING_INDEX } : OWNER_INDEX;
      const store = new Store<KubernetesObject>({ transform, indexes, packer: this.packer });
      this.stores.set(kind, store);
      this.watch(kind, store, selection);
    }
    this.watch('Secret', this.secretNames, { labelSelector: NOT_OURS, metadataOnly: true });
  }

  /** Begins watching. */
  start(): void {
    this.reflectors.forEach(({ reflector }) => reflector.start());
  }

  /** Resolves once everything is known, or known not to be readable. */
  async whenSettled(): Promise<void> {
    await Promise.all(this.reflectors.map(({ reflector }) => reflector.whenSettled()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.reflectors.map(({ reflector }) => reflector.stop()));
  }

  /** What is still waited for before anything can be done. */
  missing(): string[] {
    return this.reflectors
      .filter(({ reflector }) => !reflector.hasSettled)
      .map(
        ({ kind, namespace }) =>
          `waiting for the first list of ${kind}${namespace === undefined ? '' : ` in ${namespace}`}`,
      );
  }

  /** Tells of each change and each ProxySQL that it matters to, unless it is the one that the change was made for, and by nobody else. */
  subscribe(listener: OnChange): () => void {
    const tell = (kind: Kind) => (change: Change<KubernetesObject>) => {
      const creation = this.creating.get(nameOf(kind, change.object));
      for (const key of proxysqlsFor(kind, change.object, this.proxysqls)) {
        if (key === creation?.writer) {
          creation.missed.push(() => listener(key, kind, change));
          creation.deleted = change.type === 'deleted';
        } else if (key !== this.writer || isNewsToWriter(kind, change)) {
          listener(key, kind, change);
        }
      }
    };
    const ends = [
      this.proxysqlStore.subscribe((change) => tell('ProxySQL')(change)),
      ...[...this.stores].map(([kind, store]) => store.subscribe(tell(kind))),
      this.secretNames.subscribe(tell('Secret')),
    ];
    return () => ends.forEach((end) => end());
  }

  /** Tells of each ProxySQL once a kind can be looked at that could not be, or the other way round: no object need have changed for that. */
  subscribeToAvailability(listener: (key: string) => void): () => void {
    this.availabilityListeners.add(listener);
    return () => void this.availabilityListeners.delete(listener);
  }

  /** What the cluster has under a reference. */
  find(reference: ObjectReference): Observation {
    const kind = BY_REFERENCE.get(`${reference.apiVersion}/${reference.kind}`);
    const store = kind === undefined ? undefined : this.stores.get(kind);
    if (kind === undefined || store === undefined) {
      return { state: 'unreadable', why: `${reference.kind} of ${reference.apiVersion} is not watched` };
    }
    const object = store.get(reference.namespace, reference.name);
    if (object !== undefined) {
      return { state: 'present', object };
    }
    const named = kind === 'Secret' ? this.secretNames.get(reference.namespace, reference.name) : undefined;
    if (named !== undefined) {
      return { state: 'present', object: named, metadataOnly: true };
    }
    const why = this.unavailable(kind, reference.namespace);
    return why === undefined ? { state: 'absent' } : { state: 'unreadable', why };
  }

  /** Objects that a ProxySQL controls. Who writes in another namespace can claim that, as of everything; there it means nothing. */
  ownedBy({ uid, namespace }: ObjectMeta): KubernetesObject[] {
    return uid === undefined
      ? []
      : OWNED.flatMap((kind) => this.stores.get(kind)?.byIndex('owner', uid) ?? []).filter(
          ({ metadata }) => metadata.namespace === namespace,
        );
  }

  /** Keys of the ProxySQLs whose pods are being replaced: their StatefulSets have the same names. */
  rolling(): readonly string[] {
    return this.stores.get('StatefulSet')?.keysByIndex('rolling', '') ?? [];
  }

  get(kind: Kind, namespace: string | undefined, name: string): KubernetesObject | undefined {
    return this.stores.get(kind)?.get(namespace, name);
  }

  /**
   * Puts the answer to an own write in, so that the next look sees it before the watch tells.
   *
   * @param writer whom it was written for
   */
  wrote(kind: Kind, object: KubernetesObject, writer: KubernetesObject): void {
    this.writer = objectKey(writer);
    try {
      if (kind === 'ProxySQL') {
        this.proxysqlStore.put(object as ProxySQLResource);
      } else {
        this.stores.get(kind)?.put(object);
      }
    } finally {
      this.writer = undefined;
    }
  }

  /** Puts the answer to a change of an object in, unless that is gone by now: it must not come back. */
  changed(kind: Kind, object: KubernetesObject, writer: KubernetesObject): void {
    const known = this.find(referenceTo(object));
    if (known.state === 'present' && known.object.metadata.uid === object.metadata.uid) {
      this.wrote(kind, object, writer);
    }
  }

  /** Puts the answer to a write of a ProxySQL itself in, unless that is gone by now: it must not come back. */
  wroteItself(proxysql: ProxySQLResource): void {
    if (this.proxysqls.getByKey(objectKey(proxysql))?.metadata.uid === proxysql.metadata.uid) {
      this.wrote('ProxySQL', proxysql, proxysql);
    }
  }

  /**
   * Creates an object for a ProxySQL, which will look again once it is there: that the watch was faster than the answer is no news to it,
   * unless nothing came of creating.
   *
   * @param create gives the object, or undefined where it was not created
   */
  async whileCreating(
    kind: Kind,
    object: KubernetesObject,
    writer: KubernetesObject,
    create: () => Promise<KubernetesObject | undefined>,
  ): Promise<KubernetesObject | undefined> {
    const name = nameOf(kind, object);
    const creation: Creation = { writer: objectKey(writer), missed: [], deleted: false };
    this.creating.set(name, creation);
    let created: KubernetesObject | undefined;
    try {
      created = await create();
      return created;
    } finally {
      this.creating.delete(name);
      if (created === undefined) {
        creation.missed.forEach((tell) => tell());
      } else if (!creation.deleted) {
        this.wrote(kind, created, writer);
      }
    }
  }

  /** Objects kept, by kind. */
  sizes(): ReadonlyMap<string, number> {
    return new Map<string, number>([
      ['ProxySQL', this.proxysqls.size],
      ...[...this.stores].map(([kind, store]) => [kind, store.size] as const),
      ['Secret metadata', this.secretNames.size],
    ]);
  }

  private unavailable(kind: Kind, namespace: string | undefined): string | undefined {
    return this.reflectors.find(
      (entry) =>
        entry.kind === kind &&
        (entry.namespace === undefined || entry.namespace === namespace) &&
        entry.unavailable !== undefined,
    )?.unavailable;
  }

  private watch(
    kind: Kind,
    store: Store<KubernetesObject>,
    selection: { readonly labelSelector?: string; readonly metadataOnly?: boolean },
  ): void {
    const { client, clock, random, logger, namespaces } = this.options;
    const scopes = RESOURCES[kind].namespaced ? (namespaces ?? [undefined]) : [undefined];
    for (const namespace of scopes) {
      const onState = (state: ReflectorState): void => this.follow(entry, state);
      const reflector = new Reflector({ client, kind, store, clock, random, logger, namespace, onState, ...selection });
      const entry: Watching = { kind, ...(namespace !== undefined && { namespace }), reflector };
      this.reflectors.push(entry);
    }
  }

  private follow(entry: Watching, state: ReflectorState): void {
    if (state.phase === 'starting' || state.phase === 'interrupted') {
      return;
    }
    const why = state.phase === 'unavailable' ? state.why : undefined;
    if (why === entry.unavailable) {
      return;
    }
    entry.unavailable = why;
    for (const { metadata } of this.proxysqls.list()) {
      if (entry.namespace === undefined || entry.namespace === metadata.namespace) {
        const key = keyOf(metadata.namespace, metadata.name);
        this.availabilityListeners.forEach((tell) => tell(key));
      }
    }
  }
}

function nameOf(kind: Kind, object: KubernetesObject): string {
  return `${kind} ${objectKey(object)}`;
}
