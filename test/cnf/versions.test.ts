import fc from 'fast-check';
import { type Feature, hasFeature, parseVersion } from '../../lib/cnf/versions';

describe('the version of ProxySQL', () => {
  it.each([
    ['2.7.3', { major: 2, minor: 7, patch: 3 }],
    ['3.0.1-debian', { major: 3, minor: 0, patch: 1, suffix: 'debian' }],
    ['2.3.2-centos-v2', { major: 2, minor: 3, patch: 2, suffix: 'centos-v2' }],
  ])('reads %s', (text, version) => {
    expect(parseVersion(text)).toEqual(version);
  });

  it.each(['latest', '', '3.0', 'v3.0.1', '3.0.1-', '3.0.1 ', '3.0.1/evil', '3.0.x'])('does not read %j', (text) => {
    expect(parseVersion(text)).toBeUndefined();
  });

  it.each<[Feature, string, string]>([
    ['tlsReload', '2.2.2', '2.3.0'],
    ['spiffeId', '2.2.2', '2.3.2-debian'],
    ['haveSslByDefault', '2.5.5', '2.6.0'],
    ['cachingSha2Password', '2.5.5', '2.6.3-debian'],
    ['groupReplicationDiscovery', '2.5.5', '2.7.3'],
    ['serversSslParams', '2.5.5', '2.6.0'],
    ['postgresql', '2.7.3', '3.0.1'],
    ['prefixedVariables', '3.0.3', '3.0.4'],
    ['tlsStatistics', '3.0.8', '3.0.9'],
  ])('knows %s to be missing in %s and there in %s', (feature, before, after) => {
    const [old, recent] = [parseVersion(before), parseVersion(after)];
    expect(old && hasFeature(old, feature)).toBe(false);
    expect(recent && hasFeature(recent, feature)).toBe(true);
  });

  it('compares numbers, not texts', () => {
    fc.assert(
      fc.property(fc.nat(9999), (minor) => {
        const version = parseVersion(`2.${minor}.0`);
        expect(version && hasFeature(version, 'haveSslByDefault')).toBe(minor >= 6);
      }),
    );
  });
});
