import { type KubernetesObject } from '../kubernetes';
import { governingServiceName } from '../names';
import { ADMIN_PORT, DB_PORT } from '../ports';
import { metadataOf, type RenderContext } from './context';
import { servicePort } from './service-port';

/**
 * The headless Service: it gives every pod a DNS name, ready or not, since peers must find each other before they serve.
 */
export function governingService(context: RenderContext): KubernetesObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(context, governingServiceName(context.name)),
    spec: {
      type: 'ClusterIP',
      clusterIP: 'None',
      publishNotReadyAddresses: true,
      selector: context.selector,
      ports: [servicePort(DB_PORT), servicePort(ADMIN_PORT)],
    },
  };
}
