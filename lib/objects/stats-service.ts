import { type KubernetesObject } from '../kubernetes';
import { withoutReserved } from '../labels';
import { statsServiceName } from '../names';
import { METRICS_PORT, STATS_SERVICE_PORT } from '../ports';
import { metadataOf, type RenderContext } from './context';
import { servicePort } from './service-port';
import { serviceSpec, serviceTemplate } from './service-template';

/** KubeDB's annotation with the agent that scrapes. */
const AGENT_ANNOTATION = 'monitoring.appscode.com/agent';

/** The label that tells the stats Service from the others. */
export const STATS_ROLE_LABEL = { 'kubedb.com/role': 'stats' } as const;

/** Whether metrics leave the pod over TLS: they do when there is a certificate for it. */
export function metricsOverTls(context: RenderContext): boolean {
  return context.effective.certificates.length > 0;
}

/** The Service for Prometheus; there is one only where monitoring is asked for. */
export function statsService(context: RenderContext): KubernetesObject | undefined {
  const agent = context.proxysql.spec.monitor?.agent;
  if (!context.effective.monitored || agent === undefined) {
    return undefined;
  }
  const template = serviceTemplate(context.proxysql, 'stats');
  const base = metadataOf(context, statsServiceName(context.name), template?.metadata);
  // By its number: names of a native sidecar's ports mean nothing to the EndpointSlices of Kubernetes before 1.33.
  const port = servicePort(STATS_SERVICE_PORT, METRICS_PORT.number);
  const spec = serviceSpec(context.selector, [port], template);
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      ...base,
      labels: { ...base.labels, ...STATS_ROLE_LABEL },
      annotations: {
        ...withoutReserved(template?.metadata?.annotations ?? {}),
        [AGENT_ANNOTATION]: agent,
        ...(agent === 'prometheus.io/builtin' && {
          'prometheus.io/scrape': 'true',
          'prometheus.io/path': '/metrics',
          // What it discovers are the pods behind the Service, and this is the port that it asks them at.
          'prometheus.io/port': String(METRICS_PORT.number),
          'prometheus.io/scheme': metricsOverTls(context) ? 'https' : 'http',
        }),
      },
    },
    spec,
  };
}
