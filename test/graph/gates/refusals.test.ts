import { plaintextRefused } from '../../../lib/graph/gates/plaintext-refused';
import { resourceValid } from '../../../lib/graph/gates/resource-valid';
import * as small from '../small-world';

/** What waiting does not help against is asked of the user. */

const PROBLEM = { path: 'spec.replicas', value: '-1', message: 'It is negative', remedy: 'Give 0 or more' };

test('given one problem, then it is told; given several, then the first, and how many there are', () => {
  expect(resourceValid(small.worldOf([], { problems: [PROBLEM] }))).toEqual({
    open: false,
    reason: 'SpecRefused',
    message: 'spec.replicas (given: -1): It is negative. Give 0 or more.',
    needsUser: true,
  });
  expect(resourceValid(small.worldOf([], { problems: [PROBLEM, PROBLEM] })).message).toBe(
    'spec.replicas (given: -1): It is negative. Give 0 or more. (1 of 2 problems)',
  );
});

test.each([
  [undefined, false],
  ['false', false],
  ['True', false],
  ['true', true],
])('given no TLS and %s for the annotation, then plaintext is allowed: %s', (value, allowed) => {
  const { spec, metadata } = small.proxysql();
  const annotations = { ...(value !== undefined && { 'cdk8s-proxysql.io/allow-plaintext': value }) };
  const proxysql = small.proxysql({ spec: { ...spec, tls: undefined }, metadata: { ...metadata, annotations } });
  expect(plaintextRefused(small.worldOf([], { proxysql }))).toMatchObject(
    allowed ? { open: true } : { open: false, reason: 'TLSMissing', needsUser: true },
  );
});
