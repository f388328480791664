import fc from 'fast-check';
import { hostAndPortProblems, parseAddress, parseBackendUrl } from '../../lib/cnf/backend-address';

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

describe('a host and a port that are given apart', () => {
  const HOST = 'this is neither a DNS name nor an IP address';
  const BARE = 'Write it without scheme, user, port and path, for example db.example.com';

  it.each(['db', 'db.example.org', '10.0.0.1', 'fd00::1'])('may be %s', (host) => {
    expect(hostAndPortProblems(host, 3306)).toEqual([]);
  });

  it.each([
    ['h:3306', '"h:3306"', 'Give h as host, and 3306 as port'],
    ['', '""', BARE],
    ['mysql://h', '"mysql://h"', BARE],
    ['a b', '"a b"', BARE],
    [undefined, 'undefined', BARE],
  ])('may not be %j', (host, value, remedy) => {
    expect(hostAndPortProblems(host, 3306)).toEqual([{ path: 'host', value, message: HOST, remedy }]);
  });

  it('is not shown where it holds a login', () => {
    expect(hostAndPortProblems('root:hunter2@db', 3306)).toEqual([]);
  });

  it.each([0, 70000, -1, 1.5])('may not have the port %d', (port) => {
    expect(hostAndPortProblems('db', port)).toEqual([
      {
        path: 'port',
        value: String(port),
        message: 'there is no such port',
        remedy: 'Give a number from 1 to 65535, mostly 3306',
      },
    ]);
  });
});
