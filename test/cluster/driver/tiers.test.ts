import { chooseTier, judge, type Machine } from './tiers';

const able: Machine = { platform: 'linux', isRoot: true, isBuilt: () => false, succeeds: () => true };
const without = (command: string): Machine => ({ ...able, succeeds: (name) => name !== command });

test('a machine with everything gets the node tier', () => {
  expect(chooseTier(undefined, able)).toEqual({ tier: 'node', missing: [] });
});

test('without root it is the control plane', () => {
  expect(chooseTier(undefined, { ...able, isRoot: false })).toEqual({ tier: 'control-plane', missing: [] });
});

test('the tier can be asked for', () => {
  expect(chooseTier('control-plane', able).tier).toBe('control-plane');
  expect(chooseTier('node', { ...able, platform: 'darwin' })).toEqual({
    tier: 'node',
    missing: ['A node needs Linux.'],
  });
  expect(() => chooseTier('both', able)).toThrow("CLUSTER_TIER is 'both'; it can be 'control-plane' or 'node'.");
});

test('what is built already needs no compiler', () => {
  expect(judge('node', { ...without('go'), isBuilt: () => true }).missing).toEqual([]);
});

test.each([
  ['go', 'Go is not installed: get 1.26 or newer from https://go.dev/dl.'],
  ['nft', /^The command 'nft --version' fails: run test\/cluster\/install-packages\.sh/],
  ['pkg-config', /^runc cannot be built without the headers of libseccomp/],
])('without %s, the verdict says how to get it', (command, words) => {
  const { missing } = judge('node', without(command));

  expect(missing).toHaveLength(1);
  expect(missing[0]).toMatch(words);
});

test('a container without privileges has no node', () => {
  const unprivileged = { ...able, succeeds: (name: string, first: string) => first !== '--mount' && name !== '' };

  expect(judge('node', unprivileged).missing[0]).toMatch(/--privileged/);
});
