import { type PodTemplate } from '../../lib/proxysql-resource';
import { podReferencesProblems } from '../../lib/validation/pod-references';
import { proxysqlResource } from '../support/resource';

const problemsOf = (spec: PodTemplate['spec']) =>
  podReferencesProblems(proxysqlResource({ podTemplate: { spec } })).map(({ path }) =>
    path.replace('spec.podTemplate.spec.', ''),
  );

const helper = { name: 'helper', image: 'helper:1' };

test.each<[string, PodTemplate['spec']]>([
  ['nothing', {}],
  ['an overlay of ProxySQL’s container', { containers: [{ name: 'proxysql', env: [{ name: 'A', value: 'b' }] }] }],
  [
    'volumes of its own and of the pod',
    {
      volumes: [{ name: 'scratch' }],
      containers: [
        {
          ...helper,
          volumeMounts: [
            { name: 'scratch', mountPath: '/tmp' },
            { name: 'run', mountPath: '/run/proxysql' },
          ],
        },
      ],
      initContainers: [{ name: 'first', image: 'first:1', ports: [{ name: 'db', containerPort: 1 }] }],
      terminationGracePeriodSeconds: 0,
    },
  ],
])('given a template with %s, then it is accepted', (_, spec) => {
  expect(problemsOf(spec)).toEqual([]);
});

test.each<[string, PodTemplate['spec'], string]>([
  ['two volumes of one name', { volumes: [{ name: 'a' }, { name: 'a' }] }, 'volumes[1].name'],
  [
    'a container and an init container of one name',
    { containers: [helper], initContainers: [helper] },
    'initContainers[0].name',
  ],
  [
    'an init container like ProxySQL’s own',
    { containers: [{ name: 'proxysql' }], initContainers: [{ ...helper, name: 'proxysql' }] },
    'initContainers[0].name',
  ],
  ['a container without an image', { containers: [{ name: 'helper' }] }, 'containers[0].image'],
  [
    'a mount of no volume',
    { containers: [{ ...helper, volumeMounts: [{ name: 'gone', mountPath: '/a' }] }] },
    'containers[0].volumeMounts[0].name',
  ],
  [
    'a mount over ProxySQL’s files',
    { volumes: [{ name: 'a' }], containers: [{ name: 'proxysql', volumeMounts: [{ name: 'a', mountPath: '/tmp' }] }] },
    'containers[0].volumeMounts[0].mountPath',
  ],
  [
    'two ports of one name in a container',
    {
      containers: [
        {
          ...helper,
          ports: [{ name: 'web', containerPort: 80 }, { containerPort: 1 }, { name: 'web', containerPort: 81 }],
        },
      ],
    },
    'containers[0].ports[2].name',
  ],
  [
    'a port with the name of ProxySQL’s own',
    { containers: [{ name: 'proxysql', ports: [{ name: 'db', containerPort: 3306 }] }] },
    'containers[0].ports[0].name',
  ],
  ['less than no time', { terminationGracePeriodSeconds: -1 }, 'terminationGracePeriodSeconds'],
])('given a template with %s, then that is told', (_, spec, path) => {
  expect(problemsOf(spec)).toEqual([path]);
});
