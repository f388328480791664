import { backendResolved } from '../../../lib/graph/gates/backend-resolved';
import * as small from '../small-world';
import { unreadable } from './unreadable';

const appBinding = { kind: 'AppBinding', name: 'mysql', namespace: 'demo' };

test('an AppBinding that is there opens it', () => {
  expect(backendResolved(small.worldOf([small.APP_BINDING]))).toEqual({
    open: true,
    reason: 'BackendFound',
    message: 'AppBinding demo/mysql describes the database.',
  });
});

test('an AppBinding that is absent holds it until somebody creates it', () => {
  expect(backendResolved(small.worldOf([]))).toMatchObject({
    open: false,
    reason: 'BackendNotFound',
    message: 'AppBinding demo/mysql does not exist: create it, it tells where the database is.',
    blockedBy: appBinding,
  });
});

test('an AppBinding that cannot be read needs the user', () => {
  expect(backendResolved(unreadable(small.worldOf([small.APP_BINDING]), 'AppBinding'))).toMatchObject({
    open: false,
    reason: 'BackendUnreadable',
    message: 'AppBinding demo/mysql cannot be read: forbidden.',
    blockedBy: appBinding,
    needsUser: true,
  });
});

test.each([undefined, { name: '' }])('a backend of %j needs the user', (backend) => {
  const proxysql = small.proxysql({ spec: { ...small.proxysql().spec, backend } });
  expect(backendResolved(small.worldOf([], { proxysql }))).toEqual({
    open: false,
    reason: 'BackendNotNamed',
    message: 'spec.backend.name is missing: name the AppBinding of the database.',
    needsUser: true,
  });
});
