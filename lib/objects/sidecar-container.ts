import { certificateNames } from '../certificate-names';
import { METRICS_PORT, SIDECAR_PORT } from '../ports';
import { type AppBindingResource } from '../proxysql-resource';
import { PACKAGE_VERSION } from '../package-version';
import { RESTRICTED_CONTAINER } from './container-security';
import { type RenderContext } from './context';
import { runtimeImage } from './images';
import { drainBudgetSeconds } from './drain-budget';
import { sidecarMounts } from './pod-volumes';
import { ENTRY_POINT, NODE_ENVIRONMENT, SIDECAR_NODE_FLAGS } from './programs';

/** Name of the sidecar container. */
export const SIDECAR_CONTAINER = 'sidecar';

/**
 * The sidecar: a native one, so it runs before ProxySQL and outlives it. Its startup probe is the gate: ProxySQL's container is not
 * started before the mounted certificates pass the proof.
 */
export function sidecarContainer(context: RenderContext, appBinding: AppBindingResource): object {
  return {
    name: SIDECAR_CONTAINER,
    image: runtimeImage(PACKAGE_VERSION, context.images),
    imagePullPolicy: 'IfNotPresent',
    command: ['node', ...SIDECAR_NODE_FLAGS, ENTRY_POINT],
    args: ['sidecar'],
    restartPolicy: 'Always',
    env: Object.entries(sidecarEnvironment(context)).map(([name, value]) => ({ name, value })),
    ports: [
      { name: SIDECAR_PORT.name, containerPort: SIDECAR_PORT.number, protocol: 'TCP' },
      ...(context.effective.monitored
        ? [{ name: METRICS_PORT.name, containerPort: METRICS_PORT.number, protocol: 'TCP' }]
        : []),
    ],
    // The gate opens when the files are proven, however long that takes: a restart would prove nothing.
    startupProbe: {
      httpGet: { path: '/startup', port: SIDECAR_PORT.number },
      periodSeconds: 1,
      timeoutSeconds: 2,
      failureThreshold: 2_147_483_647,
    },
    resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { memory: '128Mi' } },
    securityContext: RESTRICTED_CONTAINER,
    volumeMounts: sidecarMounts(context, appBinding),
  };
}

/** What the sidecar cannot read from its mounts. */
function sidecarEnvironment(context: RenderContext): { readonly [name: string]: string } {
  const names = Object.fromEntries(
    context.effective.certificates.map((wanted) => {
      const { dnsNames, ipAddresses, uris = [], emailAddresses = [] } = certificateNames(wanted, context);
      // An issuer guarantees these by itself; written for its certificates too, they would roll pods that are there already.
      const supplied = wanted.issuerRef === undefined;
      return [
        wanted.alias,
        {
          dnsNames,
          ipAddresses,
          ...(supplied && uris.length > 0 && { uris }),
          ...(supplied && emailAddresses.length > 0 && { emailAddresses }),
        },
      ];
    }),
  );
  return {
    ...NODE_ENVIRONMENT,
    EXPECTED_NAMES: JSON.stringify(names),
    DRAIN_BUDGET_SECONDS: String(
      drainBudgetSeconds(context.proxysql.spec.podTemplate?.spec?.terminationGracePeriodSeconds),
    ),
    ALLOW_PLAINTEXT: String(context.allowPlaintext),
  };
}
