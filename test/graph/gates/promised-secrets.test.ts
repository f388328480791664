import { secretsPresent } from '../../../lib/graph/gates/secrets-present';
import { type World } from '../../../lib/graph/world';
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
    message: `Secret demo/admin, named by spec.authSecret, has no ${key}: fill it in.`,
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

describe('a Secret whose password was generated', () => {
  const { CONFIGURATION, DESIRED } = small;
  const object = { ...CONFIGURATION, metadata: { ...CONFIGURATION.metadata, name: 'db-auth' } };
  const worldWith = (more: object) =>
    small.worldOf([CONFIGURATION, { ...object, ...more }], {
      desired: [...DESIRED, { step: 'Secrets', object, generate: { username: 'cluster' } }],
    });

  test.each([
    [{ data: { username: '', password: 'present' } }, 'username'],
    [{ data: { username: 'present' } }, 'password'],
    [{}, 'username'],
  ])('given that %j is left of it, then %s is asked for', (left, key) => {
    expect(secretsPresent(worldWith(left))).toMatchObject({
      open: false,
      reason: 'SecretsIncomplete',
      message: `Secret demo/db-auth has no ${key}: fill it in, or delete the Secret, and it is made anew.`,
      blockedBy: { name: 'db-auth' },
      needsUser: true,
    });
  });

  test('given that all of it is there, then it opens the gate', () => {
    expect(secretsPresent(worldWith({ data: { username: 'present', password: 'present' } })).open).toBe(true);
  });

  test('given that only its name may be known, then it is trusted', () => {
    const world = worldWith({});
    const find: World['find'] = (reference) => {
      const observed = world.find(reference);
      return observed.state === 'present' ? { ...observed, metadataOnly: true } : observed;
    };
    expect(secretsPresent({ ...world, find }).open).toBe(true);
  });
});

test('a Secret of which only the metadata was read is taken for whole', () => {
  const world = judge(EXTERNAL, [promised('admin', {})]);
  const find: World['find'] = (reference) => {
    const observed = world.find(reference);
    return observed.state === 'present' ? { ...observed, metadataOnly: true } : observed;
  };
  expect(secretsPresent({ ...world, find })).toMatchObject({ open: true });
  expect(secretsPresent(world)).toMatchObject({ open: false, reason: 'SecretsIncomplete' });
});

test('a Secret without any data is incomplete, and one without a name is not promised', () => {
  const { data, ...empty } = promised('admin', {});
  expect(data).toEqual({});
  expect(secretsPresent(judge(EXTERNAL, [empty]))).toMatchObject({ open: false, reason: 'SecretsIncomplete' });
  expect(secretsPresent(judge({ authSecret: { name: '', externallyManaged: true } }))).toMatchObject({ open: true });
});
