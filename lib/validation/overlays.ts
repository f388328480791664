import { type Problem } from '../problem';
import { type ProxySQLResource } from '../proxysql-resource';
import { overlayProblems } from './metadata';

/** What is wrong with the labels and annotations that a ProxySQL lays over those of its objects. */
export function overlaysProblems({ spec }: ProxySQLResource): Problem[] {
  const overlays: [path: string, overlay: object | undefined][] = [
    ['spec.podTemplate.metadata', spec.podTemplate?.metadata],
    ['spec.podTemplate.controller', spec.podTemplate?.controller],
    ...(spec.serviceTemplates ?? []).map(({ metadata }, index): [string, object | undefined] => [
      `spec.serviceTemplates[${index}].metadata`,
      metadata,
    ]),
    ['spec.monitor.prometheus.serviceMonitor', spec.monitor?.prometheus?.serviceMonitor],
  ];
  return overlays.flatMap(([path, overlay]) => (overlay === undefined ? [] : overlayProblems(overlay, path)));
}
