import { describeProblem } from '../../lib/problem';
import { type PodTemplate } from '../../lib/proxysql-resource';
import { podSchedulingProblems } from '../../lib/validation/pod-scheduling';
import { proxysqlResource } from '../support/resource';

const problemsOf = (spec: PodTemplate['spec']) =>
  podSchedulingProblems(proxysqlResource({ podTemplate: { spec } })).map((problem) =>
    describeProblem(problem).replace('spec.podTemplate.spec.', ''),
  );

test.each<[string, PodTemplate['spec']]>([
  ['no pod template', undefined],
  ['names that are left to their defaults', { serviceAccountName: '', priorityClassName: '' }],
  ['names', { serviceAccountName: 'proxy', priorityClassName: 'system-node-critical', runtimeClassName: 'kata.v2' }],
  ['Secrets for images', { imagePullSecrets: [{ name: 'registry' }, {}] }],
  ['labels of nodes', { nodeSelector: { 'kubernetes.io/arch': 'amd64', empty: '' } }],
  [
    'tolerations',
    {
      tolerations: [
        { operator: 'Exists' },
        { key: 'a', operator: 'Equal', value: 'b', effect: 'NoExecute' },
        { key: 'a', value: 'b', effect: '' },
        { key: 'a', operator: 'Gt', value: '5', effect: 'NoSchedule' },
      ],
    },
  ],
])('given %s, then it is accepted', (_, spec) => {
  expect(problemsOf(spec)).toEqual([]);
});

test.each<[string, PodTemplate['spec'], string]>([
  [
    'no name of a ServiceAccount',
    { serviceAccountName: 'Bad Name' },
    'serviceAccountName (given: "Bad Name"): This is not the name of a ServiceAccount. Use lower-case letters, digits, inner hyphens and dots.',
  ],
  [
    'no name of a PriorityClass',
    { priorityClassName: 'X' },
    'priorityClassName (given: "X"): This is not the name of a PriorityClass. Use lower-case letters, digits, inner hyphens and dots.',
  ],
  [
    'no name of a RuntimeClass',
    { runtimeClassName: '-' },
    'runtimeClassName (given: "-"): This is not the name of a RuntimeClass. Use lower-case letters, digits, inner hyphens and dots.',
  ],
  [
    'no name of a Secret',
    { imagePullSecrets: [{ name: 'registry' }, { name: 'Bad Secret' }] },
    'imagePullSecrets[1].name: This is not the name of a Secret (the value is not shown, in case it is a password). Put the value into a Secret and give the name of that Secret: lower-case letters, digits, hyphens and dots.',
  ],
  [
    'no key of a label',
    { nodeSelector: { 'a b': '' } },
    'nodeSelector["a b"]: Kubernetes does not allow this key. Use up to 63 letters, digits, and inner hyphens, underscores and dots; a DNS name and a slash may come before them.',
  ],
  [
    'no value of a label',
    { nodeSelector: { disk: 's s d' } },
    'nodeSelector.disk (given: "s s d"): Kubernetes does not allow this value for a label. Write the value that the nodes have.',
  ],
  [
    'an unknown operator',
    { tolerations: [{ key: 'a', operator: 'Equals' }] },
    'tolerations[0].operator (given: "Equals"): Kubernetes knows no such operator. Use one of Exists, Equal.',
  ],
  [
    'a value that is not compared',
    { tolerations: [{ key: 'a', operator: 'Exists', value: 'b' }] },
    'tolerations[0].value (given: "b"): The operator Exists compares with no value. Leave value out, or set operator to Equal.',
  ],
  [
    'a value of no key',
    { tolerations: [{ value: 'b' }] },
    'tolerations[0].key: Without a key every taint is meant. Give the key of the taint, or set operator to Exists.',
  ],
  [
    'an unknown effect',
    { tolerations: [{ key: 'a', operator: 'Exists', effect: 'NoScheduling' }] },
    'tolerations[0].effect (given: "NoScheduling"): Kubernetes knows no such effect. Use one of NoSchedule, PreferNoSchedule, NoExecute.',
  ],
])('given %s, then that is told', (_, spec, sentence) => {
  expect(problemsOf(spec)).toEqual([sentence]);
});
