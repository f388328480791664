import fc from 'fast-check';
import { parseAddress, parseBackendUrl } from '../../lib/cnf/backend-address';

describe('the url of a backend', () => {
  it.each([
    ['tcp(db.example.org:3307)/', 'db.example.org', 3307],
    ['tcp(10.0.0.1)/', '10.0.0.1', 3306],
    ['tcp([fd00::1]:3306)/', 'fd00::1', 3306],
    ['mysql://db:3306/', 'db', 3306],
    ['mysql://db', 'db', 3306],
  ])('reads %s', (url, host, port) => {
    expect(parseBackendUrl(url)).toEqual({ host, port });
  });

  it.each([
    'root:secret@tcp(db:3306)/',
    'mysql://root:secret@db:3306/',
    'tcp(db:3306)/mysql',
    'tcp(db:0)/',
    'tcp(db:70000)/',
    'tcp()/',
    'tcp(a..b:1)/',
    'tcp(a" ,:1)/',
    'tcp([1]:1)/',
    'http://db:3306/',
    'db:3306',
    '',
  ])('does not read %j', (url) => {
    expect(parseBackendUrl(url)).toBeUndefined();
  });

  it('never yields a host that could end a quoted value', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.webAuthority()), (address) => {
        expect(parseAddress(address)?.host ?? 'none').toMatch(/^[-A-Za-z0-9.:]+$/);
      }),
    );
  });
});
