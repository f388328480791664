import { type ApiObject } from 'cdk8s';
import { type Construct, type IConstruct } from 'constructs';
import { type KubernetesObject } from './kubernetes';
import { manifestOf } from './manifest-of';

interface Made {
  readonly construct: Construct;
  readonly object: ApiObject;
}

/** What was made for the charts of an app, by kind, namespace and name. */
const known = new WeakMap<IConstruct, Map<string, Made>>();

/**
 * What was just made for a chart, or in its place what an earlier chart has already, where that is the same but for the charts' labels:
 * kustomize, and so Flux, and Helm refuse an object that is there twice.
 *
 * @param object by which it is known whether it is the same
 */
export function madeOnce<Kind extends Construct>(construct: Kind, object: ApiObject): Kind {
  const { root, scope, id } = construct.node;
  const ofApp = known.get(root) ?? new Map<string, Made>();
  known.set(root, ofApp);
  const key = `${object.kind} ${object.metadata.namespace ?? 'default'}/${object.name}`;
  const before = ofApp.get(key);
  if (before === undefined) {
    ofApp.set(key, { construct, object });
    return construct;
  }
  if (unlabelled(before.object) !== unlabelled(object)) {
    return construct;
  }
  scope?.node.tryRemoveChild(id);
  return before.construct as Kind;
}

function unlabelled(object: ApiObject): string {
  const { metadata, ...rest } = manifestOf(object) as KubernetesObject;
  return JSON.stringify({ ...rest, metadata: { ...metadata, labels: {} } });
}
