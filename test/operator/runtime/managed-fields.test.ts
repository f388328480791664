import { type KubernetesObject } from '../../../lib/kubernetes';
import { createdToApplied, type ManagedFields } from '../../../operator/runtime/managed-fields';
import { slim } from '../../../operator/runtime/slim';

const created = { manager: 'cdk8s-proxysql', operation: 'Update', fieldsV1: { 'f:spec': {} } };
const applied = { ...created, operation: 'Apply' };
const status = { ...created, subresource: 'status' };
const other = { manager: 'kube-controller-manager', operation: 'Update', subresource: 'status' };

function kept(...managedFields: ManagedFields): KubernetesObject {
  const metadata = { name: 'one', resourceVersion: '7', managedFields };
  return slim({ apiVersion: 'v1', kind: 'Service', metadata });
}

test('of an object that was created and never applied it is kept where that is said, and nothing of the fields', () => {
  const object = kept(other, created);

  expect(object.metadata).toEqual({
    name: 'one',
    resourceVersion: '7',
    managedFields: [{}, { manager: 'cdk8s-proxysql', operation: 'Update' }],
  });
  expect(createdToApplied(object)).toEqual([
    { op: 'replace', path: '/metadata/resourceVersion', value: '7' },
    { op: 'replace', path: '/metadata/managedFields/1/operation', value: 'Apply' },
  ]);
});

test.each([
  ['applied', [applied, other]],
  ['created and applied', [applied, created]],
  ["somebody else's, with a status of ours", [other, status]],
  ['managed by nobody', []],
])('an object that is %s stays as it is', (_, managedFields) => {
  const object = kept(...managedFields);

  expect(object.metadata).not.toHaveProperty('managedFields');
  expect(createdToApplied(object)).toBeUndefined();
});
