import { containerOverlay, PROXYSQL_CONTAINER } from '../defaults';
import { COMPOSED_CONFIG_FILE, DATA_DIR } from '../paths';
import { ADMIN_PORT, DB_PORT, SIDECAR_PORT } from '../ports';
import { type AppBindingResource } from '../proxysql-resource';
import { RESTRICTED_CONTAINER } from './container-security';
import { type RenderContext } from './context';
import { proxysqlImage } from './images';
import { proxysqlMounts } from './pod-volumes';

/**
 * The container that runs ProxySQL. It stays in the foreground, since its watchdog would restart it with the certificate it had inherited; it
 * always starts from its configuration file, so that what is declared is what runs; and it does not call home for a newer version. A field that
 * the user's overlay gives wins, but lists that the pod depends on are only added to.
 */
export function proxysqlContainer(context: RenderContext, appBinding: AppBindingResource): object {
  const {
    volumeMounts = [],
    ports = [],
    securityContext,
    image,
    ...overlay
  } = containerOverlay(context.proxysql, PROXYSQL_CONTAINER) ?? {
    name: PROXYSQL_CONTAINER,
  };
  return {
    image: image || proxysqlImage(context.proxysql.spec.version, context.images),
    imagePullPolicy: 'IfNotPresent',
    command: ['proxysql', '-f', '--initial', '--no-version-check', '-c', COMPOSED_CONFIG_FILE, '-D', DATA_DIR],
    readinessProbe: {
      httpGet: { path: '/ready', port: SIDECAR_PORT.number },
      periodSeconds: 5,
      timeoutSeconds: 2,
      failureThreshold: 2,
    },
    // The admin port stays open while ProxySQL drains, and does not depend on the sidecar.
    livenessProbe: {
      tcpSocket: { port: ADMIN_PORT.number },
      initialDelaySeconds: 10,
      periodSeconds: 10,
      timeoutSeconds: 5,
      failureThreshold: 6,
    },
    lifecycle: { preStop: { httpGet: { path: '/drain', port: SIDECAR_PORT.number } } },
    ...overlay,
    resources: context.effective.resources,
    ports: [
      { name: DB_PORT.name, containerPort: DB_PORT.number, protocol: 'TCP' },
      { name: ADMIN_PORT.name, containerPort: ADMIN_PORT.number, protocol: 'TCP' },
      ...ports,
    ],
    securityContext: { ...RESTRICTED_CONTAINER, ...securityContext },
    volumeMounts: [...proxysqlMounts(context, appBinding), ...volumeMounts],
  };
}
