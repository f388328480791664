import { verifiedName } from '../certificate-names';
import { type KubernetesObject } from '../kubernetes';
import { withoutReserved } from '../labels';
import { statsServiceName } from '../names';
import { STATS_SERVICE_PORT } from '../ports';
import { metadataOf, type RenderContext } from './context';
import { STATS_ROLE_LABEL } from './stats-service';

/** The ServiceMonitor for the Prometheus operator; Prometheus verifies the certificate against the CA in the exporter's own Secret. */
export function serviceMonitor(context: RenderContext): KubernetesObject | undefined {
  const { monitor } = context.proxysql.spec;
  const given = monitor?.prometheus?.serviceMonitor;
  if (monitor?.agent !== 'prometheus.io/operator') {
    return undefined;
  }
  const name = statsServiceName(context.name);
  const base = metadataOf(context, name);
  const override = given?.endpoints?.find((endpoint) => endpoint.port === STATS_SERVICE_PORT.name);
  return {
    apiVersion: 'monitoring.coreos.com/v1',
    kind: 'ServiceMonitor',
    metadata: { ...base, labels: { ...withoutReserved(given?.labels ?? {}), ...base.labels } },
    spec: {
      endpoints: [
        {
          port: STATS_SERVICE_PORT.name,
          path: '/metrics',
          honorLabels: true,
          ...(given?.interval && { interval: given.interval }),
          ...tlsOf(context),
          relabelings: [{ sourceLabels: ['__meta_kubernetes_endpoint_address_target_name'], targetLabel: 'pod' }],
          ...override,
        },
      ],
      ...(given?.targetLabels && { targetLabels: given.targetLabels }),
      ...(given?.podTargetLabels && { podTargetLabels: given.podTargetLabels }),
      namespaceSelector: { matchNames: [context.namespace] },
      selector: { matchLabels: { ...context.selector, ...STATS_ROLE_LABEL } },
    },
  };
}

function tlsOf(context: RenderContext): object {
  const { certificates } = context.effective;
  const served = certificates.find(({ alias }) => alias === 'metrics-exporter') ?? certificates[0];
  if (served === undefined) {
    return { scheme: 'http' };
  }
  const serverName = verifiedName(served, context);
  // An ACME issuer's Secret has no CA, and Prometheus knows the public ones.
  const acme = served.issuerRef !== undefined && context.isAcme?.(served.issuerRef) === true;
  const ca = acme ? {} : { ca: { secret: { name: served.secretName, key: 'ca.crt' } } };
  return { scheme: 'https', tlsConfig: { ...ca, serverName } };
}
