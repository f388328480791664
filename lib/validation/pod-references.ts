import { PROXYSQL_CONTAINER } from '../defaults';
import { RESERVED_VOLUME_NAMES } from '../objects/pod-volumes';
import { BACKEND_CERT_DIR, DATA_DIR, RUN_DIR } from '../paths';
import { ADMIN_PORT, DB_PORT } from '../ports';
import { type Problem } from '../problem';
import { type ContainerOverlay, type ProxySQLResource } from '../proxysql-resource';

/** Where ProxySQL's own volumes are mounted. */
const OWN_MOUNTS = [RUN_DIR, DATA_DIR, '/tmp', BACKEND_CERT_DIR];

interface Placed {
  readonly container: ContainerOverlay;
  readonly path: string;
  /** Whether it is laid over ProxySQL's own. */
  readonly isOverlay: boolean;
}

/** What the parts of the user's pod template say about each other, and Kubernetes would refuse in a pod. */
export function podReferencesProblems({ spec }: ProxySQLResource): Problem[] {
  const template = spec.podTemplate?.spec;
  const volumes = (template?.volumes ?? []).map(({ name }) => name);
  const placed = (['containers', 'initContainers'] as const).flatMap((list) =>
    (template?.[list] ?? []).map((container, index): Placed => ({
      container,
      path: `spec.podTemplate.spec.${list}[${index}]`,
      isOverlay: list === 'containers' && container.name === PROXYSQL_CONTAINER,
    })),
  );
  const known = new Set<string>([...RESERVED_VOLUME_NAMES, ...volumes]);
  return [
    ...repeated(volumes, (index) => `spec.podTemplate.spec.volumes[${index}].name`),
    ...repeated(
      placed.map(({ container }) => container.name),
      (index) => `${placed[index]?.path}.name`,
    ),
    ...placed.flatMap((each) => [...imageProblems(each), ...portProblems(each), ...mountProblems(each, known)]),
    ...graceProblems(template?.terminationGracePeriodSeconds),
  ];
}

function repeated(names: readonly (string | undefined)[], pathOf: (index: number) => string): Problem[] {
  const seen = new Set<string>();
  return names.flatMap((name, index) => {
    const isFirst = typeof name !== 'string' || name === '' || !seen.has(name);
    seen.add(name ?? '');
    return isFirst
      ? []
      : [
          {
            path: pathOf(index),
            value: JSON.stringify(name),
            message: 'There is another one with this name',
            remedy: 'Rename or remove one of the two',
          },
        ];
  });
}

function imageProblems({ container, path, isOverlay }: Placed): Problem[] {
  return isOverlay || container.image
    ? []
    : [
        {
          path: `${path}.image`,
          message: `Container ${container.name} has no image`,
          remedy: `Give it one; only the container called ${PROXYSQL_CONTAINER} has one already`,
        },
      ];
}

function portProblems({ container, path, isOverlay }: Placed): Problem[] {
  const own = isOverlay ? [DB_PORT.name, ADMIN_PORT.name] : [];
  return repeated(
    [...own, ...(container.ports ?? []).map(({ name }) => name)],
    (index) => `${path}.ports[${index - own.length}].name`,
  );
}

function mountProblems({ container, path, isOverlay }: Placed, known: ReadonlySet<string>): Problem[] {
  return (container.volumeMounts ?? []).flatMap(({ name, mountPath }, index): Problem[] => {
    const at = `${path}.volumeMounts[${index}]`;
    return [
      ...(known.has(name)
        ? []
        : [
            {
              path: `${at}.name`,
              value: JSON.stringify(name),
              message: 'The pod has no volume of this name',
              remedy: 'Add it to the volumes, or correct the name',
            },
          ]),
      ...(isOverlay && OWN_MOUNTS.includes(mountPath)
        ? [
            {
              path: `${at}.mountPath`,
              value: JSON.stringify(mountPath),
              message: 'ProxySQL’s own files are here',
              remedy: `Use a path other than ${OWN_MOUNTS.join(', ')}`,
            },
          ]
        : []),
    ];
  });
}

function graceProblems(seconds: number | undefined): Problem[] {
  return seconds === undefined || seconds >= 0
    ? []
    : [
        {
          path: 'spec.podTemplate.spec.terminationGracePeriodSeconds',
          value: String(seconds),
          message: 'No time is less than none',
          remedy: 'Give the seconds that a pod may take to end',
        },
      ];
}
