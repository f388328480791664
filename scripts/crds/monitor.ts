import { int32, int64, list, object, oneOf, string, stringMap, strings } from './build';
import { coreSchema } from './core';
import { type JsonSchema } from './model';

/** Prometheus spells each action in lower case and in camel case. */
const RELABEL_ACTIONS = [
  'Replace',
  'Keep',
  'Drop',
  'HashMod',
  'LabelMap',
  'LabelDrop',
  'LabelKeep',
  'Lowercase',
  'Uppercase',
  'KeepEqual',
  'DropEqual',
].flatMap((action) => [action.toLowerCase(), action]);

function relabelings(description: string): JsonSchema {
  return list(
    description,
    object('One step.', {
      action: { ...oneOf(RELABEL_ACTIONS, 'What the step does.'), default: 'replace' },
      modulus: int64('Modulus of the hash, for the action hashmod.'),
      regex: string('What the joined source labels must match.'),
      replacement: string('What is written; `$1` is the first group of the expression.'),
      separator: string('Stands between the joined source labels.'),
      sourceLabels: strings('Labels that are joined and matched.'),
      targetLabel: string('Label that is written.'),
    }),
  );
}

const variable = coreSchema('EnvVar');

const exporter = object('The exporter. ProxySQL publishes its metrics itself, so there is no exporter container.', {
  port: int32('Port of the exporter. Metrics are always on port 6070 of the stats Service.', {
    default: 56790,
    minimum: 1024,
    maximum: 65535,
  }),
  args: strings('Arguments of the exporter.'),
  env: list('Variables of the exporter (core/v1 EnvVar; see the Kubernetes API reference).', variable),
  resources: coreSchema('ResourceRequirements', {
    description: 'Resources of the exporter (core/v1 ResourceRequirements; see the Kubernetes API reference).',
  }),
  securityContext: coreSchema('SecurityContext', {
    description: 'Security settings of the exporter (core/v1 SecurityContext; see the Kubernetes API reference).',
  }),
});

const serviceMonitor = object('The ServiceMonitor, for the agent `prometheus.io/operator`.', {
  labels: stringMap('Labels that your Prometheus selects ServiceMonitors by.'),
  interval: string("How often metrics are read, for example 30s. Prometheus' own interval when absent."),
  targetLabels: strings('Labels of the Service to copy to the metrics.'),
  podTargetLabels: strings('Labels of the pods to copy to the metrics.'),
  endpoints: list(
    'Settings of endpoints, found by port.',
    object('One endpoint.', {
      port: string('Name of the port.'),
      metricRelabelings: relabelings('Steps that change metrics before they are stored.'),
      relabelings: relabelings('Steps that change targets before they are read.'),
    }),
  ),
});

/** `spec.monitor`. */
export const monitor: JsonSchema = object(
  'How Prometheus reads metrics. Absent: metrics are not published.',
  {
    agent: oneOf(
      ['prometheus.io/operator', 'prometheus.io', 'prometheus.io/builtin'],
      '`prometheus.io/operator` makes a ServiceMonitor, `prometheus.io/builtin` annotates the stats Service.',
    ),
    prometheus: object('Settings for Prometheus.', { exporter, serviceMonitor }),
  },
  { required: ['agent'] },
);
