import { type KubernetesObject } from '../kubernetes';
import { OPERATOR_LABELS } from '../labels';
import { ADMIN_PORT, DB_PORT, METRICS_PORT, REPORT_PORT } from '../ports';
import { metadataOf, type RenderContext } from './context';

/**
 * Who may reach the pods: anyone the MySQL port (TLS guards it), peers the admin port, anyone the metrics (TLS again) where they are asked for,
 * and the operator, in whichever namespace it is, what the sidecar reports. Probes and the drain request come from the pod's own node, which a
 * NetworkPolicy always lets in.
 */
export function networkPolicy(context: RenderContext): KubernetesObject {
  const peers = [{ podSelector: { matchLabels: context.selector } }];
  const operators = [{ namespaceSelector: {}, podSelector: { matchLabels: OPERATOR_LABELS } }];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: metadataOf(context, context.name),
    spec: {
      podSelector: { matchLabels: context.selector },
      policyTypes: ['Ingress'],
      ingress: [
        { ports: [tcp(DB_PORT.number)] },
        { from: peers, ports: [tcp(ADMIN_PORT.number)] },
        ...(context.effective.monitored ? [{ ports: [tcp(METRICS_PORT.number)] }] : []),
        { from: operators, ports: [tcp(REPORT_PORT.number)] },
      ],
    },
  };
}

function tcp(port: number): { readonly protocol: 'TCP'; readonly port: number } {
  return { protocol: 'TCP', port };
}
