import { type Json } from './json';

/** For each rule: a spec that keeps it and specs that break it. They hold for the API server's form of the rule as well. */
export interface RuleCase {
  readonly id: string;
  readonly kept: readonly Json[];
  readonly broken: readonly Json[];
  /** The spec before, for a rule about changes. */
  readonly former?: Json;
}

const base = { version: '3.0.1-debian', backend: { name: 'mysql' } };
const issuerRef = { kind: 'Issuer', name: 'ca' };
const withTls = (tls: Json): Json => ({ ...base, tls });
const certificate = (fields: { readonly [name: string]: Json }): Json =>
  withTls({ issuerRef, certificates: [{ alias: 'server', ...fields }] });
const withVariable = (name: string): Json => ({
  ...base,
  podTemplate: { spec: { containers: [{ name: 'proxysql', env: [{ name, value: 'x' }] }] } },
});
const variables = { mysqlVariables: { max_connections: 1 } };

export const RULE_CASES: readonly RuleCase[] = [
  { id: 'version-given', kept: [base], broken: [{ ...base, version: '' }] },
  {
    id: 'backend-named',
    kept: [base],
    broken: [{ version: '3' }, { version: '3', backend: {} }, { version: '3', backend: { name: '' } }],
  },
  {
    id: 'backend-immutable',
    former: base,
    kept: [base, { ...base, replicas: 3 }],
    broken: [{ ...base, backend: { name: 'other' } }],
  },
  {
    id: 'initConfig-immutable',
    former: { ...base, initConfig: variables },
    kept: [{ ...base, initConfig: variables }],
    broken: [base, { ...base, initConfig: { mysqlVariables: { max_connections: 2 } } }, { ...base, initConfig: {} }],
  },
  {
    id: 'external-secret-named',
    kept: [
      { ...base, authSecret: { name: '' } },
      { ...base, authSecret: { name: '', externallyManaged: false } },
      { ...base, authSecret: { name: 'mine', externallyManaged: true } },
    ],
    broken: [{ ...base, authSecret: { name: '', externallyManaged: true } }],
  },
  {
    id: 'issuer-for-each-certificate',
    kept: [
      withTls({ issuerRef }),
      withTls({ certificates: [{ alias: 'server', issuerRef }] }),
      withTls({
        certificates: [
          { alias: 'server', secretName: 'mine' },
          { alias: 'client', issuerRef },
        ],
      }),
    ],
    broken: [
      withTls({}),
      withTls({ certificates: [{ alias: 'server', issuerRef }, { alias: 'client' }] }),
      withTls({ certificates: [{ alias: 'server', secretName: '' }] }),
    ],
  },
  {
    id: 'issuer-for-the-server',
    kept: [withTls({ issuerRef, certificates: [{ alias: 'client' }] })],
    broken: [withTls({ certificates: [] }), withTls({ certificates: [{ alias: 'client', issuerRef }] })],
  },
  {
    id: 'spec.tls.issuerRef-kind',
    kept: [
      withTls({ issuerRef }),
      withTls({ issuerRef: { apiGroup: 'cert-manager.io', kind: 'ClusterIssuer', name: 'ca' } }),
      withTls({ issuerRef: { apiGroup: 'example.org', kind: 'Signer', name: 'ca' } }),
    ],
    broken: [
      withTls({ issuerRef: { kind: 'Isuer', name: 'ca' } }),
      withTls({ issuerRef: { apiGroup: '', kind: 'Signer', name: 'ca' } }),
    ],
  },
  {
    id: 'spec.tls.issuerRef-name',
    kept: [withTls({ issuerRef })],
    broken: [withTls({ issuerRef: { kind: 'Issuer', name: '' } })],
  },
  {
    id: 'spec.tls.certificates[].issuerRef-kind',
    kept: [certificate({ issuerRef })],
    broken: [certificate({ issuerRef: { kind: 'Signer', name: 'ca' } })],
  },
  {
    id: 'spec.tls.certificates[].issuerRef-name',
    kept: [certificate({ issuerRef })],
    broken: [certificate({ issuerRef: { kind: 'Issuer', name: '' } })],
  },
  {
    id: 'renewal-within-life',
    kept: [
      certificate({ duration: '2h' }),
      certificate({ renewBefore: '2h' }),
      certificate({ duration: '2h', renewBefore: '119m59s' }),
      certificate({ duration: '1.5h', renewBefore: '1h29m' }),
    ],
    broken: [
      certificate({ duration: '2h', renewBefore: '120m' }),
      certificate({ duration: '1h30m', renewBefore: '2h' }),
      certificate({ duration: '1s', renewBefore: '1500ms' }),
    ],
  },
  {
    id: 'variable-allowed',
    kept: [withVariable('TZ')],
    broken: ['MYSQL_ROOT_PASSWORD', 'MYSQL_PROXY_USER', 'MYSQL_PROXY_PASSWORD'].map(withVariable),
  },
];

/** A whole manifest with this spec. */
export function proxysqlWith(spec: Json): { readonly [field: string]: Json } {
  return { apiVersion: 'kubedb.com/v1', kind: 'ProxySQL', metadata: { name: 'proxy' }, spec };
}
