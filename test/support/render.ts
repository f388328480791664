import { type KubernetesObject } from '../../lib/kubernetes';
import { type RenderInput } from '../../lib/objects/context';
import { render } from '../../lib/objects/render';
import { type ProxySQLSpec } from '../../lib/proxysql-resource';
import { appBindingResource, proxysqlResource } from './resource';

/** The objects of the TLS guide's ProxySQL, with parts of its spec or of the whole input replaced. */
export function rendered(spec: Partial<ProxySQLSpec> = {}, input: Partial<RenderInput> = {}): KubernetesObject[] {
  return render({ proxysql: proxysqlResource(spec), appBinding: appBindingResource(), ...input }).map(
    ({ object }) => object,
  );
}

/** The one object of a kind and, where there are several, a name. */
export function pick(objects: readonly KubernetesObject[], kind: string, name?: string): KubernetesObject {
  const found = objects.filter(
    (object) => object.kind === kind && (name === undefined || object.metadata.name === name),
  );
  expect(found.map(({ metadata }) => metadata.name)).toHaveLength(1);
  return found[0] as KubernetesObject;
}

/** A field deep inside an object, by a path such as `spec.template.spec`. */
export function field(object: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>((value, key) => (value as { [key: string]: unknown } | undefined)?.[key], object);
}
