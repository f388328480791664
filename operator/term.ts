import { setMaxListeners } from 'node:events';
import { type Images } from '../lib/objects/images';
import { type KubernetesObject } from '../lib/kubernetes';
import { type ProxySQLResource } from '../lib/proxysql-resource';
import { type Clock } from '../runtime/clock';
import { type Logger } from '../runtime/logger';
import { Actor } from './act';
import { type Caches } from './caches';
import { type Client } from './kubernetes/client';
import { type Kind } from './kubernetes/resources';
import { Lifecycle } from './lifecycle';
import { rememberingProver } from './observe';
import { Reconciler } from './reconcile';
import { Renderer } from './rendering';
import { Reporter } from './report';
import { type AskReport, ReportWatch } from './reports';
import { Rollouts } from './rollouts';
import { Controller, type Pass } from './runtime/controller';
import { EventRecorder, type EventNote } from './runtime/event-recorder';
import { objectKey, type Change } from './runtime/store';
import { type Priority, WorkQueue } from './runtime/work-queue';
import { type AskPod, ServedWatch } from './served';
import { conditionOf } from '../lib/graph/gates/conditions';
import { Stamper } from './stamp';
import { relevanceOf, SOON_MS } from './relevance';

/** What a term of office needs. */
export interface TermOptions {
  /** Its writes are fenced. */
  readonly client: Client;
  readonly caches: Caches;
  readonly images: Images;
  readonly identity: string;
  readonly concurrency: number;
  /** ProxySQLs whose pods a new version of the operator replaces at the same time. */
  readonly maxRollouts: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly logger: Logger;
  readonly onPass: (pass: Pass) => void;
  readonly ask?: AskPod;
  readonly askReport?: AskReport;
}

/** The time in which this process acts. What it remembers ends with it: meanwhile another process may act. */
export class Term {
  readonly queue: WorkQueue;
  readonly rollouts: Rollouts;
  private readonly controller: Controller;
  private readonly served: ServedWatch;
  private readonly reports: ReportWatch;
  private readonly recorder: EventRecorder;
  private readonly unsubscribe: (() => void)[] = [];

  constructor(private readonly options: TermOptions) {
    const { client, caches, images, identity, concurrency, maxRollouts, clock, random, logger, onPass } = options;
    const { ask, askReport } = options;
    const queue = new WorkQueue({ clock, random });
    const rollouts = new Rollouts({
      limit: maxRollouts,
      rolling: () => caches.rolling(),
      onTurn: (key) => queue.add(key),
    });
    const recorder = new EventRecorder({
      client,
      controller: 'kubedb.com/proxysql',
      instance: identity,
      clock,
      logger,
    });
    const record = (proxysql: ProxySQLResource, note: EventNote): void => recorder.record(proxysql, note);
    const served = new ServedWatch({
      clock,
      random,
      logger,
      onChange: (key) => queue.add(key),
      ...(ask !== undefined && { ask }),
    });
    const reports = new ReportWatch({
      clock,
      random,
      logger,
      onChange: (key) => queue.add(key),
      ...(askReport !== undefined && { ask: askReport }),
    });
    const reconciler = new Reconciler({
      caches,
      renderer: new Renderer(caches, images),
      prove: rememberingProver(),
      actor: new Actor({ client, caches, logger }),
      stamper: new Stamper({ client, caches }),
      rollouts,
      served,
      reports,
      lifecycle: new Lifecycle({ client, caches, record }),
      reporter: new Reporter({ client, caches, record }),
      record,
      clock,
    });
    const reconcile = async (key: string, signal: AbortSignal) => {
      // One signal ends all requests under way, and there are as many as there are passes and objects.
      setMaxListeners(0, signal);
      return (await reconciler.reconcile(key, signal)) ?? {};
    };
    this.queue = queue;
    this.rollouts = rollouts;
    this.recorder = recorder;
    this.served = served;
    this.reports = reports;
    this.controller = new Controller({ name: 'proxysql', queue, reconcile, clock, logger, concurrency, onPass });
  }

  /** Looks after everything once, then after whatever changes. */
  begin(): void {
    const { caches, clock } = this.options;
    const lookSoon = (key: string): void => this.queue.addAt(key, clock.now() + SOON_MS);
    this.unsubscribe.push(
      caches.subscribe((key, kind, change) => {
        if (kind === 'StatefulSet') {
          this.rollouts.next();
        }
        switch (relevanceOf(kind, change)) {
          case 'now':
            this.queue.add(key, priorityOf(kind, change));
            break;
          case 'soon':
            lookSoon(key);
            break;
          case 'never':
            break;
        }
      }),
      // Kinds that are installed together become available together.
      caches.subscribeToAvailability(lookSoon),
    );
    for (const proxysql of caches.proxysqls.list()) {
      this.queue.add(objectKey(proxysql));
    }
    this.controller.start();
  }

  /** Takes up nothing more, and waits for what is under way. */
  async end(): Promise<void> {
    this.unsubscribe.splice(0).forEach((unsubscribe) => unsubscribe());
    this.served.stop();
    this.reports.stop();
    await this.controller.stop();
    await this.recorder.flush();
  }
}

/** What may open the last gate goes first: a proven ProxySQL does not queue behind new ones. */
function priorityOf(kind: Kind, { type, object }: Change<KubernetesObject>): Priority {
  const mayOpen =
    (kind === 'Secret' && object.type === 'kubernetes.io/tls') ||
    (kind === 'Certificate' && conditionOf(object, 'Ready')?.status === 'True');
  return type !== 'deleted' && mayOpen ? 'urgent' : 'normal';
}
