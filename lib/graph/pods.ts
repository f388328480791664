import { MAX_REPLICAS } from '../defaults';
import { type ObjectReference } from '../kubernetes';
import { podName } from '../names';
import { type ProxySQLResource } from '../proxysql-resource';

/** Names of the pods of so many replicas, as far as anybody counts. */
export function podNames({ metadata }: ProxySQLResource, replicas: number): string[] {
  return Array.from({ length: Math.min(replicas, MAX_REPLICAS) }, (_, ordinal) => podName(metadata.name, ordinal));
}

/** The pod of this name. */
export function podReference({ metadata: { namespace } }: ProxySQLResource, name: string): ObjectReference {
  return { apiVersion: 'v1', kind: 'Pod', ...(namespace !== undefined && { namespace }), name };
}
