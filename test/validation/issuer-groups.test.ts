import { issuerGroupProblems } from '../../lib/validation/issuer-groups';
import { type ProxySQLResource } from '../../lib/proxysql-resource';

const withGroups = (group: string, own?: string): ProxySQLResource => ({
  apiVersion: 'kubedb.com/v1',
  kind: 'ProxySQL',
  metadata: { name: 'proxy' },
  spec: {
    version: '3.0.1',
    tls: {
      issuerRef: { apiGroup: group, kind: 'Issuer', name: 'ca' },
      certificates: [
        { alias: 'client', ...(own !== undefined && { issuerRef: { apiGroup: own, kind: 'Issuer', name: 'ca' } }) },
      ],
    },
  },
});

test.each(['certmanager.io', 'cert-manger.io', 'Cert-Manager.io', 'cert-manager.com', 'certmanager.k8s.io'])(
  'given %s, which is nearly cert-manager’s group, then that is told',
  (group) => {
    const problem = {
      value: JSON.stringify(group),
      message: 'No issuer is known to have this API group, and it is nearly that of cert-manager',
      remedy: 'Write cert-manager.io, or leave apiGroup out',
    };
    expect(issuerGroupProblems(withGroups(group, group))).toEqual([
      { path: 'spec.tls.issuerRef.apiGroup', ...problem },
      { path: 'spec.tls.certificates[0].issuerRef.apiGroup', ...problem },
    ]);
  },
);

test.each([
  '',
  'cert-manager.io',
  'awspca.cert-manager.io',
  'x.cert-manager.io',
  'certmanager.step.sm',
  'certmanager.freeipa.org',
  'cas-issuer.jetstack.io',
  'cert-manager.skyscanner.net',
  'ejbca-issuer.keyfactor.com',
])('given %j, then an issuer may have it', (group) => {
  expect(issuerGroupProblems(withGroups(group))).toEqual([]);
});
