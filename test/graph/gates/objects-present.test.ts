import { accessPresent } from '../../../lib/graph/gates/access-present';
import { secretsPresent } from '../../../lib/graph/gates/secrets-present';
import { servicesPresent } from '../../../lib/graph/gates/services-present';
import * as small from '../small-world';
import { unreadable } from './unreadable';

describe.each([
  ['Access', accessPresent, small.ACCOUNT],
  ['Secrets', secretsPresent, small.CONFIGURATION],
  ['Services', servicesPresent, small.SERVICE],
] as const)('%s', (what, gate, object) => {
  const described = `${object.kind} demo/${object.metadata.name}`;
  const blockedBy = { kind: object.kind, name: object.metadata.name, namespace: 'demo' };

  test('what is there opens it', () => {
    expect(gate(small.worldOf([object]))).toEqual({ open: true, reason: `${what}Present`, message: 'It is there.' });
  });

  test('what is missing holds it', () => {
    const message = `${described} is not there yet.`;
    expect(gate(small.worldOf([]))).toMatchObject({ open: false, reason: `${what}Missing`, message, blockedBy });
  });

  test('what cannot be read needs the user', () => {
    expect(gate(unreadable(small.worldOf([object]), object.kind, 'timeout'))).toMatchObject({
      open: false,
      reason: `${what}Unreadable`,
      message: `${described} cannot be read: timeout.`,
      blockedBy,
      needsUser: true,
    });
  });

  test('what belongs to another controller is a conflict', () => {
    const ownerReferences = [{ apiVersion: 'v1', kind: 'X', name: 'x', uid: 'other', controller: true }];
    const foreign = { ...object, metadata: { ...object.metadata, ownerReferences } };
    expect(gate(small.worldOf([foreign]))).toMatchObject({
      open: false,
      reason: 'Conflict',
      message: `${described} belongs to somebody else and is left alone: rename or delete it.`,
      blockedBy,
      needsUser: true,
    });
  });

  test('several are counted', () => {
    const desired = small.DESIRED.flatMap((rendered) => (rendered.object === object ? [rendered, rendered] : []));
    expect(gate(small.worldOf([object], { desired })).message).toBe('All 2 are there.');
  });
});
