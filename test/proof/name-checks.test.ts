import fc from 'fast-check';
import { covers } from '../../lib/proof/checks/name-checks';
import { addressOf, canonicalAddress } from '../../lib/proof/ip-address';

test.each([
  ['db', 'db', true],
  ['DB.demo', 'db.Demo.', true],
  ['*.demo.svc', 'db.demo.svc', true],
  ['*.demo.svc', 'a.db.demo.svc', false],
  ['*.demo.svc', 'demo.svc', false],
  ['*.demo.svc', '*.demo.svc', true],
  ['*.svc', '*.demo.svc', false],
  ['*.demo.svc', '.demo.svc', false],
  ['d*.demo.svc', 'db.demo.svc', false],
  ['*', 'db', false],
  ['db.demo.svc', '*.demo.svc', false],
  ['', '', false],
])('%s covers %s: %s', (pattern, name, expected) => {
  expect(covers(pattern, name)).toBe(expected);
});

test.each([
  ['127.0.0.1', '127.0.0.1'],
  ['::1', '::1'],
  ['0:0:0:0:0:0:0:1', '::1'],
  ['2001:DB8::0:1', '2001:db8::1'],
  ['::ffff:10.0.0.1', '10.0.0.1'],
  ['::ffff:a00:1', '10.0.0.1'],
  ['fe80::1%eth0', undefined],
  ['010.0.0.1', undefined],
  ['db', undefined],
  ['', undefined],
])('address %s is %s', (text, expected) => {
  expect(canonicalAddress(text)).toBe(expected);
});

test('every address in a certificate is compared in its canonical form', () => {
  fc.assert(
    fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (text) => {
      const canonical = canonicalAddress(text);
      expect(canonical).toBeDefined();
      expect(canonicalAddress(canonical ?? '')).toBe(canonical);
    }),
  );
  expect(addressOf(Buffer.from([10, 0, 0, 1]))).toBe('10.0.0.1');
  expect(addressOf(Buffer.from('20010db8000000000000000000000001', 'hex'))).toBe('2001:db8::1');
  expect(addressOf(Buffer.from([1, 2]))).toBeUndefined();
});
