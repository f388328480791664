import { METRICS_PORT, SIDECAR_PORT } from '../ports';
import { type AppBindingResource } from '../proxysql-resource';
import { PACKAGE_VERSION } from '../package-version';
import { certificate } from './certificate';
import { RESTRICTED_CONTAINER } from './container-security';
import { type RenderContext } from './context';
import { runtimeImage } from './images';
import { drainBudgetSeconds } from './drain-budget';
import { sidecarMounts } from './pod-volumes';

/** Name of the sidecar container. */
export const SIDECAR_CONTAINER = 'sidecar';

/**
 * How Node is started for a program that spends its life waiting in every pod: small heaps, and no compiler that trades memory for speed
 * where nothing is hot. A test holds it against what the sidecar is measured with.
 */
export const SIDECAR_NODE_FLAGS = ['--lite-mode', '--max-semi-space-size=1', '--max-old-space-size=48'] as const;

/** Environment that goes with the flags: the C library's heaps, one for each thread otherwise. */
export const SIDECAR_NODE_ENVIRONMENT = { MALLOC_ARENA_MAX: '1' } as const;

/** What the image starts, with the program as its first argument. */
const ENTRY_POINT = '/opt/cdk8s-proxysql/entry.js';

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
      const { dnsNames = [], ipAddresses = [] } = certificate(context, wanted).spec as {
        dnsNames?: string[];
        ipAddresses?: string[];
      };
      return [wanted.alias, { dnsNames, ipAddresses }];
    }),
  );
  return {
    ...SIDECAR_NODE_ENVIRONMENT,
    EXPECTED_NAMES: JSON.stringify(names),
    DRAIN_BUDGET_SECONDS: String(
      drainBudgetSeconds(context.proxysql.spec.podTemplate?.spec?.terminationGracePeriodSeconds),
    ),
    ALLOW_PLAINTEXT: String(context.allowPlaintext),
  };
}
