import { type KubernetesObject } from '../kubernetes';
import { DB_PORT } from '../ports';
import { metadataOf, type RenderContext } from './context';
import { servicePort } from './service-port';
import { serviceSpec, serviceTemplate } from './service-template';

/** The Service that applications connect to: MySQL traffic only, never the admin port. */
export function primaryService(context: RenderContext): KubernetesObject {
  const template = serviceTemplate(context.proxysql, 'primary');
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: metadataOf(context, context.name, template?.metadata),
    spec: serviceSpec(context.selector, [servicePort(DB_PORT)], template),
  };
}
