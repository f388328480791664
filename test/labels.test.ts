import { offshootLabels, selectorLabels, withoutReserved } from '../lib/labels';

describe('labels', () => {
  test('given a name, then the selector is KubeDB’s', () => {
    expect(selectorLabels('proxy')).toEqual({
      'app.kubernetes.io/name': 'proxysqls.kubedb.com',
      'app.kubernetes.io/instance': 'proxy',
      'app.kubernetes.io/managed-by': 'kubedb.com',
    });
  });

  test('given labels that would change what objects are, then they are dropped, and others are kept', () => {
    const own = {
      team: 'data',
      'app.kubernetes.io/instance': 'other',
      'app.kubernetes.io/version': '1',
      'kubedb.com/role': 'primary',
      'ops.kubedb.com/x': 'y',
      'notkubedb.com/x': 'z',
    };
    expect(withoutReserved(own)).toEqual({ team: 'data', 'notkubedb.com/x': 'z' });
    expect(offshootLabels('proxy', own)).toMatchObject({ team: 'data', 'app.kubernetes.io/instance': 'proxy' });
  });
});
