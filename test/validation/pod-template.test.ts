import { type PodTemplate } from '../../lib/proxysql-resource';
import { RuntimeKind } from '../../lib/runtime';
import { validateProxySQL } from '../../lib/validation/validate';
import { proxysqlResource } from '../support/resource';

const pathsOf = (spec: PodTemplate['spec'], runtime: RuntimeKind) =>
  validateProxySQL(proxysqlResource({ podTemplate: { spec } }), { isAcme: () => false, runtime }).map(({ path }) =>
    path.replace('spec.podTemplate.spec.', ''),
  );

const taken: PodTemplate['spec'] = {
  volumes: [{ name: 'data', emptyDir: {} }],
  containers: [
    { name: 'proxysql', args: ['--reload'], ports: [{ containerPort: 6072 }] },
    { name: 'sidecar', image: 'logs:1' },
  ],
};

test('given what the pod of this package is made of, then it is refused', () => {
  expect(pathsOf(taken, RuntimeKind.OPERATOR)).toEqual([
    'volumes[0].name',
    'containers[0].ports[0].containerPort',
    'containers[0].args',
    'containers[1].name',
  ]);
});

test('given KubeDB, whose pod is another one, then it is not', () => {
  expect(pathsOf(taken, RuntimeKind.KUBEDB)).toEqual([]);
});

test('given KubeDB, then what Kubernetes would refuse in any pod is refused all the same', () => {
  expect(pathsOf({ containers: [{ name: 'logs' }] }, RuntimeKind.KUBEDB)).toEqual(['containers[0].image']);
});
