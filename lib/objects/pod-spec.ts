import { PROXYSQL_CONTAINER, RUN_AS_USER } from '../defaults';
import { type AppBindingResource } from '../proxysql-resource';
import { type RenderContext } from './context';
import { TERMINATION_GRACE_PERIOD_SECONDS } from './drain-budget';
import { podVolumes } from './pod-volumes';
import { proxysqlContainer } from './proxysql-container';
import { SIDECAR_CONTAINER, sidecarContainer } from './sidecar-container';

// Ours alone: which container starts, as whom, and with which volumes is what the promises rest on.
const OWN_FIELDS = ['containers', 'initContainers', 'volumes', 'securityContext', 'podPlacementPolicy'];

// A StatefulSet refuses them in its pod template.
const REFUSED_FIELDS = ['ephemeralContainers', 'activeDeadlineSeconds', 'restartPolicy'];

const LEFT_OUT = new Set([...OWN_FIELDS, ...REFUSED_FIELDS]);

/** The pod: the native sidecar that gates the start, ProxySQL, and whatever the user's template adds. */
export function podSpec(context: RenderContext, appBinding: AppBindingResource): { readonly [field: string]: unknown } {
  const template = context.proxysql.spec.podTemplate?.spec ?? {};
  // Kubernetes reads an empty text as none given; laid over a default of ours, it would take that away.
  const given = Object.fromEntries(
    Object.entries(template).filter(([field, value]) => !LEFT_OUT.has(field) && value !== ''),
  );
  const otherContainers = (template.containers ?? []).filter(({ name }) => name !== PROXYSQL_CONTAINER);
  const otherInitContainers = (template.initContainers ?? []).filter(({ name }) => name !== SIDECAR_CONTAINER);
  return {
    serviceAccountName: context.name,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: TERMINATION_GRACE_PERIOD_SECONDS,
    topologySpreadConstraints: [
      spread(context, 'kubernetes.io/hostname'),
      spread(context, 'topology.kubernetes.io/zone'),
    ],
    ...given,
    securityContext: {
      runAsNonRoot: true,
      runAsUser: RUN_AS_USER,
      runAsGroup: RUN_AS_USER,
      fsGroup: RUN_AS_USER,
      seccompProfile: { type: 'RuntimeDefault' },
      ...template.securityContext,
    },
    initContainers: [sidecarContainer(context, appBinding), ...otherInitContainers],
    containers: [proxysqlContainer(context, appBinding), ...otherContainers],
    volumes: [...podVolumes(context, appBinding), ...(template.volumes ?? [])],
  };
}

/** Spreads the pods where there is room for it, and never holds one back for it. */
function spread(context: RenderContext, topologyKey: string): object {
  return {
    maxSkew: 1,
    topologyKey,
    whenUnsatisfiable: 'ScheduleAnyway',
    labelSelector: { matchLabels: context.selector },
  };
}
