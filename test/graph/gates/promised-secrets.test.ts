import { secretsPresent } from '../../../lib/graph/gates/secrets-present';
import { type KubernetesObject } from '../../../lib/kubernetes';
import { type ProxySQLSpec } from '../../../lib/proxysql-resource';
import * as small from '../small-world';
import { unreadable } from './unreadable';

const promised = (name: string, data: object): KubernetesObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name, namespace: 'demo' },
  data,
});

const judge = (spec: Partial<ProxySQLSpec>, objects: readonly KubernetesObject[] = []) =>
  small.worldOf([small.CONFIGURATION, ...objects], {
    proxysql: small.proxysql({ spec: { ...small.proxysql().spec, ...spec } }),
  });

const EXTERNAL = { authSecret: { name: 'admin', externallyManaged: true } };

test.each([
  [EXTERNAL, 'admin', 'spec.authSecret'],
  [{ configuration: { init: { secretName: 'start' } } }, 'start', 'spec.configuration.init.secretName'],
  [{ configSecret: { name: 'old' } }, 'old', 'spec.configSecret'],
])('given %j, Secret %s is waited for', (spec, name, field) => {
  expect(secretsPresent(judge(spec))).toMatchObject({
    open: false,
    reason: 'SecretsMissing',
    message: `Secret demo/${name}, named by ${field}, does not exist: create it.`,
    blockedBy: { kind: 'Secret', namespace: 'demo', name },
  });
  const full = promised(name, { username: 'YQ==', password: 'Yg==' });
  expect(secretsPresent(judge(spec, [full]))).toMatchObject({ open: true, reason: 'SecretsPresent' });
});

test.each([
  [{}, 'username'],
  [{ username: 'YQ==' }, 'password'],
  [{ username: 'YQ==', password: '' }, 'password'],
])('an administrator Secret with %j lacks %s', (data, key) => {
  expect(secretsPresent(judge(EXTERNAL, [promised('admin', data)]))).toMatchObject({
    open: false,
    reason: 'SecretsIncomplete',
    message: `Secret demo/admin, named by spec.authSecret, has no ${key}.`,
    blockedBy: { name: 'admin' },
  });
});

test('a promised Secret that cannot be read needs the user', () => {
  expect(secretsPresent(unreadable(judge(EXTERNAL), 'Secret'))).toMatchObject({
    open: false,
    reason: 'SecretsUnreadable',
    message: 'Secret demo/admin, named by spec.authSecret, cannot be read: forbidden.',
    needsUser: true,
  });
});

test('a Secret that the operator makes is not promised by anybody', () => {
  expect(secretsPresent(judge({ authSecret: { name: 'admin' } }))).toMatchObject({ open: true });
});
