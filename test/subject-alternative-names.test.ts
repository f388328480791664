import fc from 'fast-check';
import { isIP } from 'node:net';
import {
  dnsNameProblem,
  emailAddressProblem,
  ipAddressProblem,
  subjectAlternativeNameProblems,
  uriProblem,
} from '../lib/subject-alternative-names';

const LABEL_63 = 'a'.repeat(63);

describe('DNS names', () => {
  test.each([
    'localhost',
    'db',
    'db.example.com',
    '*.db.example.com',
    'xn--bcher-kva.example',
    '_mysql.db.svc',
    `${LABEL_63}.example.com`,
    'DB.Example.COM',
  ])('takes %s', (name) => {
    expect(dnsNameProblem('x', name)).toBeUndefined();
  });

  test.each([
    ['', 'This name is empty', 'Write a DNS name such as db.example.com, or leave the entry out'],
    ['10.0.0.7', 'This is an IP address, which clients do not look for among DNS names', 'Move it to ipAddresses'],
    ['fd00::7', 'This is an IP address, which clients do not look for among DNS names', 'Move it to ipAddresses'],
    ['[fd00::7]', 'This is an IP address, which clients do not look for among DNS names', 'Move it to ipAddresses'],
    ['https://db.example.com', 'This is a URI', 'Write its host only, or move it to uris'],
    ['dba@example.com', 'This is an e-mail address', 'Move it to emailAddresses'],
    [
      `${`${LABEL_63}.`.repeat(4)}com`,
      'This name has 259 characters; DNS allows 253',
      'Shorten it, for example with a shorter namespace',
    ],
    ['db.example.com.', 'Names in certificates do not end with a dot', 'Leave the last dot out'],
    ...['*', 'db.*.example.com', '*db.example.com', 'd*.example.com', '*.*.example.com'].map((name) => [
      name,
      'A wildcard stands for one whole label, the leftmost, with a domain after it',
      'Write it as in *.db.example.com',
    ]),
    [
      `${'a'.repeat(64)}.example.com`,
      'The part between two dots may have 63 characters; one here has 64',
      `Shorten "${'a'.repeat(64)}"`,
    ],
    ...[
      ['db..example.com', '""'],
      ['-db.example.com', '"-db"'],
      ['db-.example.com', '"db-"'],
      ['d b.example.com', '"d b"'],
      ['bücher.example', '"bücher"'],
      ['db:3306', '"db:3306"'],
      ['db\n.example', '"db\\n"'],
    ].map(([name = '', part]) => [
      name,
      `${part} is no part of a DNS name`,
      'Use letters, digits and inner hyphens between dots; write an international name in its xn-- form',
    ]),
  ])('refuses %j', (name = '', message = '', remedy = '') => {
    expect(dnsNameProblem('spec.dnsNames[0]', name)).toEqual({
      path: 'spec.dnsNames[0]',
      value: JSON.stringify(name),
      message,
      remedy,
    });
  });

  test('takes nothing that holds a character which no DNS name has', () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(dnsNameProblem('x', name) !== undefined || /^(\*\.)?[A-Za-z0-9_.-]+$/.test(name)).toBe(true);
      }),
    );
  });
});

describe('IP addresses', () => {
  test.each(['127.0.0.1', '::1', 'fd00::7', '2001:db8:0:0:0:0:0:1', '::ffff:10.0.0.7'])('takes %s', (address) => {
    expect(ipAddressProblem('x', address)).toBeUndefined();
  });

  test.each([
    ['10.0.0.0/8', 'This is a range; a certificate names single addresses', 'Write one address, such as "10.0.0.0"'],
    ['fe80::1%eth0', 'An address in a certificate has no zone', 'Leave out the percent sign and what follows'],
    ['[fd00::7]', 'Brackets belong to URLs', 'Write fd00::7'],
    ...['', 'localhost', '10.0.0.256', '10.0.0', '127.0.0.1:3306'].map((address) => [
      address,
      'This is not an IP address',
      'Write an IPv4 or IPv6 address such as 10.0.0.7 or fd00::7; names go to dnsNames',
    ]),
  ])('refuses %j', (address = '', message = '', remedy = '') => {
    expect(ipAddressProblem('x', address)).toEqual({ path: 'x', value: JSON.stringify(address), message, remedy });
  });

  test('takes exactly what Node takes for an address without a zone', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), fc.string()), (address) => {
        const takes = ipAddressProblem('x', address) === undefined;
        expect(takes).toBe(isIP(address) !== 0 && !address.includes('%'));
      }),
    );
  });
});

describe('URIs', () => {
  test.each([
    'spiffe://cluster.local/ns/demo/sa/app',
    'spiffe://cluster.local',
    'https://db.example.com/path?x=1',
    'urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
  ])('takes %s', (uri) => {
    expect(uriProblem('x', uri)).toBeUndefined();
  });

  test.each(['', 'db.example.com', '/path', 'spiffe:', 'https://', 'https://bücher.example', 'https://a b', 'urn:x\n'])(
    'refuses %j',
    (uri) => {
      expect(uriProblem('x', uri)).toEqual({
        path: 'x',
        value: JSON.stringify(uri),
        message: 'This is not an absolute URI in ASCII',
        remedy: 'Write scheme and path, such as spiffe://cluster.local/ns/demo/sa/app',
      });
    },
  );

  test.each([
    'spiffe://Cluster.local/app',
    'spiffe://cluster.local:8443/app',
    'spiffe://cluster.local/app/',
    'spiffe://cluster.local/app?x=1',
    'spiffe://cluster.local/a/../b',
    'spiffe://cluster.local//app',
    'SPIFFE://cluster.local/app',
  ])('refuses %s, since it is no SPIFFE ID', (uri) => {
    expect(uriProblem('x', uri)).toEqual({
      path: 'x',
      value: JSON.stringify(uri),
      message:
        'This is not a SPIFFE ID: a lower-case trust domain, then a path of letters, digits, dots, hyphens and underscores',
      remedy: 'Write it as in spiffe://cluster.local/ns/demo/sa/app, without port, user, query or last slash',
    });
  });
});

describe('e-mail addresses', () => {
  test.each(['dba@example.com', "o'hara+db@mail.example.com", `${'a'.repeat(64)}@example.com`])(
    'takes %s',
    (address) => {
      expect(emailAddressProblem('x', address)).toBeUndefined();
    },
  );

  test.each([
    '',
    'dba',
    '@example.com',
    'dba@',
    'DBA <dba@example.com>',
    'a@b@c',
    '.a@b.c',
    'a..b@c.d',
    'a@*.example.com',
  ])('refuses %j', (address) => {
    expect(emailAddressProblem('x', address)).toEqual({
      path: 'x',
      value: JSON.stringify(address),
      message: 'This is not an e-mail address',
      remedy: 'Write the bare address, such as dba@example.com, without a name or angle brackets',
    });
  });

  test('refuses a local part of 65 characters', () => {
    expect(emailAddressProblem('x', `${'a'.repeat(65)}@example.com`)).toMatchObject({
      message: 'The part before the @ has 65 characters; 64 are allowed',
      remedy: 'Use a shorter address',
    });
  });
});

describe('the four lists', () => {
  test('are checked together, each under its own path', () => {
    const problems = subjectAlternativeNameProblems('spec', {
      dnsNames: ['db', '10.0.0.7'],
      ipAddresses: ['db'],
      uris: ['db'],
      emailAddresses: ['db'],
    });
    expect(problems.map(({ path }) => path)).toEqual([
      'spec.dnsNames[1]',
      'spec.ipAddresses[0]',
      'spec.uris[0]',
      'spec.emailAddresses[0]',
    ]);
  });

  test('name nothing twice', () => {
    expect(subjectAlternativeNameProblems('spec', { dnsNames: ['db', 'db'] })).toEqual([
      {
        path: 'spec.dnsNames[1]',
        value: '"db"',
        message: 'This is in the list twice',
        remedy: 'Leave one of them out',
      },
    ]);
  });

  test('may be missing', () => {
    expect(subjectAlternativeNameProblems('spec', {})).toEqual([]);
  });
});
