import fc from 'fast-check';
import {
  authSecretName,
  certificateName,
  CERTIFICATE_ALIASES,
  configurationSecretName,
  governingServiceName,
  MAX_NAME_LENGTH,
  monitorSecretName,
  nameWithSuffix,
  podHost,
  statsServiceName,
  usersSecretName,
} from '../lib/names';

const dnsLabel = fc.stringMatching(/^[a-z]([-a-z0-9]{0,61}[a-z0-9])?$/);

describe('names', () => {
  test('given a short name, then names are the contract’s', () => {
    expect(governingServiceName('proxy')).toBe('proxy-pods');
    expect(statsServiceName('proxy')).toBe('proxy-stats');
    expect(authSecretName('proxy')).toBe('proxy-auth');
    expect(monitorSecretName('proxy')).toBe('proxy-monitor');
    expect(configurationSecretName('proxy')).toBe('proxy-configuration');
    expect(usersSecretName('proxy')).toBe('proxy-users');
    expect(CERTIFICATE_ALIASES.map((alias) => certificateName('proxy', alias))).toEqual([
      'proxy-server-cert',
      'proxy-client-cert',
      'proxy-metrics-exporter-cert',
    ]);
    expect(podHost('proxy', 'demo', 2)).toBe('proxy-2.proxy-pods.demo.svc');
  });

  test('given any name, then the joined one is a DNS label that ends in the whole suffix', () => {
    fc.assert(
      fc.property(dnsLabel, fc.constantFrom('pods', 'stats', 'metrics-exporter-cert'), (name, suffix) => {
        const joined = nameWithSuffix(name, suffix);
        expect(joined.length).toBeLessThanOrEqual(MAX_NAME_LENGTH);
        expect(joined).toMatch(/^[a-z]([-a-z0-9]*[a-z0-9])?$/);
        expect(joined.endsWith(`-${suffix}`)).toBe(true);
      }),
    );
  });

  test('given a suffix that fills the limit alone, then its end is kept', () => {
    expect(nameWithSuffix('proxy', 'x'.repeat(70))).toBe('x'.repeat(63));
  });
});
