import { decide, type Decision } from '../lib/graph/decide';
import { areCertificatesKnown } from '../lib/graph/desired';
import { isDeletionRefused, modeOf } from '../lib/graph/lifecycle';
import { podNames } from '../lib/graph/pods';
import { isUpgrade } from '../lib/graph/upgrade';
import { type ProveSecret, type World } from '../lib/graph/world';
import { type KubernetesObject } from '../lib/kubernetes';
import { selectorLabels } from '../lib/labels';
import { authSecretName } from '../lib/names';
import { type ProxySQLResource } from '../lib/proxysql-resource';
import { type Clock } from '../runtime/clock';
import { type Actor, type Deed, type Failure } from './act';
import { type Caches } from './caches';
import { deedNotes, failureNotes } from './events';
import { type Lifecycle } from './lifecycle';
import { observe } from './observe';
import { type Renderer } from './rendering';
import { type Reporter } from './report';
import { type ReportWatch } from './reports';
import { type ReconcileResult } from './runtime/controller';
import { type Rollouts } from './rollouts';
import { type EventNote } from './runtime/event-recorder';
import { type ServedWatch } from './served';
import { provenSet, type Stamper } from './stamp';

/** What reconciling is made of. */
export interface ReconcilerOptions {
  readonly caches: Caches;
  readonly renderer: Renderer;
  readonly prove: ProveSecret;
  readonly actor: Actor;
  readonly stamper: Stamper;
  readonly rollouts: Rollouts;
  readonly served: ServedWatch;
  readonly reports: ReportWatch;
  readonly lifecycle: Lifecycle;
  readonly reporter: Reporter;
  readonly record: (proxysql: ProxySQLResource, note: EventNote) => void;
  readonly clock: Clock;
}

/** Each round can only do what the last one made possible, so there are no more of them than steps. */
const MOST_ROUNDS = 8;

/** Brings one ProxySQL as far as it goes at this moment: observe, decide, act, until there is nothing to do; then report. */
export class Reconciler {
  /** UIDs by key, to clean up after what is gone. */
  private readonly uids = new Map<string, string>();

  constructor(private readonly options: ReconcilerOptions) {}

  async reconcile(key: string, signal: AbortSignal): Promise<ReconcileResult | undefined> {
    try {
      return await this.pass(key, signal);
    } finally {
      this.options.rollouts.release(key);
    }
  }

  private async pass(key: string, signal: AbortSignal): Promise<ReconcileResult | undefined> {
    const { caches, lifecycle } = this.options;
    const proxysql = caches.proxysqls.getByKey(key);
    const { uid = '' } = proxysql?.metadata ?? {};
    if (this.uids.has(key) && this.uids.get(key) !== uid) {
      this.forget(key);
    }
    if (proxysql === undefined) {
      return undefined;
    }
    this.uids.set(key, uid);
    switch (modeOf(proxysql)) {
      case 'deleting':
        await lifecycle.finalize(proxysql, signal);
        return undefined;
      case 'paused':
        return undefined;
      case 'halted':
      case 'reconcile': {
        const protect = isDeletionRefused(proxysql)
          ? lifecycle.finalize(proxysql, signal)
          : lifecycle.protect(proxysql, signal);
        const work = [this.converge(key, proxysql, signal), protect] as const;
        // Whatever fails: what goes on after the pass would meet the next one.
        await Promise.allSettled(work);
        const [result] = await Promise.all(work);
        return result;
      }
    }
  }

  private async converge(key: string, proxysql: ProxySQLResource, signal: AbortSignal): Promise<ReconcileResult> {
    const { actor, record, served, reports, stamper } = this.options;
    const deeds: Deed[] = [];
    let failures: readonly Failure[] = [];
    let { world, decision } = this.look(key, proxysql);
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const acted = await actor.act(proxysql, decision, signal);
      deeds.push(...acted.deeds);
      failures = acted.failures;
      if (acted.deeds.length === 0 || failures.length > 0) {
        break;
      }
      ({ world, decision } = this.look(key, proxysql));
    }
    const set = decision.mode === 'reconcile' && areCertificatesKnown(world) ? provenSet(world) : undefined;
    const pods = decision.mode === 'reconcile' ? this.podsOf(proxysql, world) : [];
    reports.expect(key, pods);
    if (set === undefined) {
      served.forget(key);
    } else {
      failures = [...failures, ...(await stamper.stamp(world, set, pods, signal))];
      served.expect(key, pods, set.server);
    }
    [...deedNotes(deeds), ...failureNotes(failures)].forEach((note) => record(proxysql, note));
    const reportAt = await this.report(key, proxysql, decision, failures, signal);
    if (failures[0] !== undefined) {
      throw failures[0].error;
    }
    return { ...earliest(decision.retryAt, reportAt) };
  }

  /** What there is and what to do about it. The ProxySQL itself may have got a newer version by own writes. */
  private look(key: string, asked: ProxySQLResource): { world: World; decision: Decision } {
    const { caches, renderer, prove, served, reports, rollouts, clock } = this.options;
    const proxysql = caches.proxysqls.getByKey(key) ?? asked;
    const rendering = renderer.of(proxysql);
    const observed = observe({
      proxysql,
      rendering,
      caches,
      served: served.seen(key),
      unanswered: served.unanswered(key),
      reports: reports.seen(key),
      prove,
      now: clock.now(),
    });
    const world = isUpgrade(observed) ? { ...observed, waitsForTurn: !rollouts.take(key) } : observed;
    return { world, decision: decide(world) };
  }

  private async report(
    key: string,
    asked: ProxySQLResource,
    decision: Decision,
    failures: readonly Failure[],
    signal: AbortSignal,
  ): Promise<number | undefined> {
    const { caches, reporter, clock } = this.options;
    const proxysql = caches.proxysqls.getByKey(key) ?? asked;
    const { metadata, spec } = proxysql;
    const authSecret = caches.get(
      'Secret',
      metadata.namespace,
      spec?.authSecret?.name || authSecretName(metadata.name),
    );
    const since = authSecret?.metadata.creationTimestamp;
    return reporter.report({
      proxysql,
      decision,
      failures,
      ...(since !== undefined && { authSecretSince: since }),
      now: clock.now(),
      signal,
    });
  }

  /** Pods of the StatefulSet, by their names: there is no need to look at others. */
  private podsOf(proxysql: ProxySQLResource, { desired }: World): KubernetesObject[] {
    const { caches } = this.options;
    const { namespace, name } = proxysql.metadata;
    const workload = caches.get('StatefulSet', namespace, name);
    const wanted = desired.find(({ object }) => object.kind === 'StatefulSet')?.object ?? workload;
    const { replicas = 1 } = (wanted?.spec ?? {}) as { readonly replicas?: number };
    const instance = selectorLabels(name)['app.kubernetes.io/instance'];
    return podNames(proxysql, workload === undefined ? 0 : replicas)
      .map((pod) => caches.get('Pod', namespace, pod))
      .filter(
        (pod): pod is KubernetesObject =>
          pod !== undefined && pod.metadata.labels?.['app.kubernetes.io/instance'] === instance,
      );
  }

  private forget(key: string): void {
    const { renderer, stamper, served, reports, reporter } = this.options;
    const uid = this.uids.get(key) ?? '';
    this.uids.delete(key);
    renderer.forget(uid);
    stamper.forget(uid);
    reporter.forget(uid);
    served.forget(key);
    reports.forget(key);
  }
}

function earliest(...times: readonly (number | undefined)[]): ReconcileResult {
  const known = times.filter((time): time is number => time !== undefined);
  return known.length === 0 ? {} : { requeueAt: Math.min(...known) };
}
