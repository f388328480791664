import { PROXYSQL_CONTAINER } from '../defaults';
import { SIDECAR_CONTAINER } from '../objects/sidecar-container';
import { RESERVED_VOLUME_NAMES } from '../objects/pod-volumes';
import { ADMIN_PORT, DB_PORT, METRICS_PORT, REPORT_PORT, REST_PORT, SIDECAR_PORT } from '../ports';
import { type Problem } from '../problem';
import { type ContainerOverlay, type ProxySQLResource } from '../proxysql-resource';

const OWN_PORTS = [DB_PORT, ADMIN_PORT, REST_PORT, METRICS_PORT, SIDECAR_PORT, REPORT_PORT];

// They would replace what the start gate and the certificates rest on.
const FIXED_FIELDS = ['command', 'args', 'lifecycle'] as const;

/** Collisions of the user's pod template with what the pod itself is made of. */
export function podTemplateProblems({ spec }: ProxySQLResource): Problem[] {
  const template = spec.podTemplate?.spec;
  const lists = [
    ['containers', template?.containers ?? []],
    ['initContainers', template?.initContainers ?? []],
  ] as const;
  return [
    ...(template?.volumes ?? []).flatMap(({ name }, index) => volumeProblems(name, index)),
    ...lists.flatMap(([list, containers]) =>
      containers.flatMap((container, index) => containerProblems(container, `spec.podTemplate.spec.${list}[${index}]`)),
    ),
  ];
}

function volumeProblems(name: string, index: number): Problem[] {
  if (!(RESERVED_VOLUME_NAMES as readonly string[]).includes(name)) {
    return [];
  }
  return [
    {
      path: `spec.podTemplate.spec.volumes[${index}].name`,
      value: JSON.stringify(name),
      message: 'The pod has a volume of its own with this name',
      remedy: `Use another name; taken are ${RESERVED_VOLUME_NAMES.join(', ')}`,
    },
  ];
}

function containerProblems(container: ContainerOverlay, path: string): Problem[] {
  const problems: Problem[] = [];
  if (container.name === SIDECAR_CONTAINER) {
    problems.push({
      path: `${path}.name`,
      value: JSON.stringify(container.name),
      message: 'The pod has a container of its own with this name',
      remedy: `Use another name; ${PROXYSQL_CONTAINER} is the one to lay settings over`,
    });
  }
  for (const [index, { containerPort }] of (container.ports ?? []).entries()) {
    const own = OWN_PORTS.find(({ number }) => number === containerPort);
    if (own !== undefined) {
      problems.push({
        path: `${path}.ports[${index}].containerPort`,
        value: String(containerPort),
        message: `The pod itself listens on this port (${own.name})`,
        remedy: `Use a port other than ${OWN_PORTS.map(({ number }) => number).join(', ')}`,
      });
    }
  }
  if (container.name === PROXYSQL_CONTAINER) {
    for (const field of FIXED_FIELDS.filter((candidate) => container[candidate] !== undefined)) {
      problems.push({
        path: `${path}.${field}`,
        message:
          'Starting and stopping ProxySQL is what the promises about TLS and draining rest on; it cannot be replaced',
        remedy: `Leave ${field} out, or run what you need in a container of its own`,
      });
    }
  }
  return problems;
}
