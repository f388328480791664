import { type ApiClient } from '../harness/api-client';
import { type KubeObject } from '../harness/kube-object';

interface PodSpec {
  readonly nodeName?: string;
  readonly containers: readonly NamedContainer[];
  readonly initContainers?: readonly NamedContainer[];
}

interface NamedContainer {
  readonly name: string;
  readonly image: string;
  readonly restartPolicy?: string;
}

interface UnscheduledPod extends KubeObject {
  spec: PodSpec;
  status?: { phase?: string };
}

/** How the double stands in for nodes. */
export interface PodDoubleOptions {
  /** @default every namespace */
  readonly namespace?: string;
  /**
   * The address a pod gets.
   * @default one of 127.0.0.0/8, a different one each, so that whoever connects to it stays on this machine. Endpoints
   *   may not have such addresses: a test that looks at EndpointSlices gives others.
   */
  readonly address?: (pod: KubeObject, index: number) => string;
  /** Which pods are let become ready. @default all */
  readonly admits?: (pod: KubeObject) => boolean;
}

/**
 * Stands in for nodes in tests of scale: says of each pod that it runs and is ready as soon as it is created. There are no
 * containers; a pod that a real node has taken is left alone.
 */
export class PodDouble {
  private readonly ended = new AbortController();
  private readonly seen = new Map<string, number>();
  private readonly running: Promise<void>;

  /** Begins at once. @param client must be allowed to watch pods and to patch their status */
  public constructor(
    private readonly client: ApiClient,
    private readonly options: PodDoubleOptions = {},
  ) {
    this.running = this.run();
    // Whoever stops it gets the error; until then it is not an unhandled one.
    this.running.catch(() => undefined);
  }

  /** Ends it. Throws what went wrong on the way. */
  public async stop(): Promise<void> {
    this.ended.abort();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.ended;
    const namespace = this.options.namespace ?? 'all';
    while (!signal.aborted) {
      try {
        // Without a resourceVersion a watch begins with what is there.
        for await (const { type, object } of this.client.watch<UnscheduledPod>(
          { apiVersion: 'v1', kind: 'Pod' },
          { namespace, fieldSelector: 'status.phase=Pending,spec.nodeName=', signal },
        )) {
          if ((type === 'ADDED' || type === 'MODIFIED') && this.isDue(object)) {
            await this.makeReady(object);
          }
        }
      } catch (error) {
        if (!signal.aborted) {
          throw error;
        }
      }
    }
  }

  private isDue(pod: UnscheduledPod): boolean {
    return (
      pod.metadata.deletionTimestamp === undefined &&
      !this.seen.has(pod.metadata.uid ?? '') &&
      (this.options.admits?.(pod) ?? true)
    );
  }

  private async makeReady(pod: UnscheduledPod): Promise<void> {
    const index = this.seen.size;
    this.seen.set(pod.metadata.uid ?? '', index);
    const podIP = (this.options.address ?? loopbackAddress)(pod, index);
    const status = readyStatus(pod.spec, podIP, new Date().toISOString());
    // A pod that is gone by now needs no status.
    await this.client.patch(pod, { status }, { subresource: 'status' }).catch((error: { code?: number }) => {
      if (error.code !== 404) {
        throw error;
      }
    });
  }
}

function loopbackAddress(_pod: KubeObject, index: number): string {
  const number = index + 1;
  return `127.${64 + ((number >> 16) & 63)}.${(number >> 8) & 255}.${number & 255}`;
}

function readyStatus(spec: PodSpec, podIP: string, now: string): Record<string, unknown> {
  const condition = (type: string): Record<string, string> => ({ type, status: 'True', lastTransitionTime: now });
  const runs = ({ name, image }: NamedContainer): Record<string, unknown> => ({
    ...{ name, image, imageID: '', ready: true, started: true, restartCount: 0 },
    state: { running: { startedAt: now } },
  });
  const isDone = ({ name, image }: NamedContainer): Record<string, unknown> => ({
    ...{ name, image, imageID: '', ready: true, started: false, restartCount: 0 },
    state: { terminated: { exitCode: 0, reason: 'Completed', startedAt: now, finishedAt: now } },
  });
  return {
    phase: 'Running',
    podIP,
    podIPs: [{ ip: podIP }],
    startTime: now,
    conditions: ['PodScheduled', 'PodReadyToStartContainers', 'Initialized', 'ContainersReady', 'Ready'].map(condition),
    containerStatuses: spec.containers.map(runs),
    initContainerStatuses: (spec.initContainers ?? []).map((container) =>
      container.restartPolicy === 'Always' ? runs(container) : isDone(container),
    ),
  };
}
