import { requiredGo } from './build';
import { chooseTier, judge, type Machine } from './tiers';

const able: Machine = {
  platform: 'linux',
  isRoot: true,
  isBuilt: () => false,
  goVersion: () => '1.99.0',
  succeeds: () => true,
};
const without = (command: string): Machine => ({ ...able, succeeds: (name) => name !== command });
const withGo = (version: string | undefined): Machine => ({ ...able, goVersion: () => version });

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
  expect(judge('node', { ...withGo(undefined), isBuilt: () => true }).missing).toEqual([]);
});

test.each([
  [undefined, /^Go is not installed: get 1\.\d+\.\d+ or newer from https:\/\/go\.dev\/dl\.$/],
  ['1.9.7', /^Go is too old, 1\.9\.7: get 1\.\d+\.\d+ or newer from https:\/\/go\.dev\/dl\.$/],
])('with Go %s, both tiers say which one to get', (version, words) => {
  for (const tier of ['control-plane', 'node'] as const) {
    expect(judge(tier, withGo(version)).missing).toEqual([expect.stringMatching(words)]);
  }
});

test('the Go that go.mod asks for is enough', () => {
  expect(judge('node', withGo(requiredGo('node'))).missing).toEqual([]);
});

test.each([
  ['nft', /^The command 'nft --version' fails: run test\/cluster\/install-packages\.sh/],
  ['gcc', /^runc cannot be built without gcc: run test\/cluster\/install-packages\.sh/],
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
