import { soundAuthorities } from '../../lib/proof/sound-authorities';
import { authority, DAY_MS, type Issued, issue, NOW } from './certificates';

const subjects = (...given: readonly Issued[]): string[] =>
  soundAuthorities({ 'ca.crt': given.map(({ pem }) => pem).join('\n') }, NOW).map(({ subject }) => subject);

test('roots and intermediates are sound, whatever the certificate beside them', async () => {
  const root = await authority({ subject: 'CN=root' });
  const intermediate = await authority({ subject: 'CN=intermediate', issuer: root, pathLength: 0 });

  expect(subjects(root, intermediate)).toEqual(['CN=root', 'CN=intermediate']);
});

test.each<[string, () => Promise<Issued>]>([
  ['no authority', async () => await issue({ subject: 'CN=leaf' })],
  ['too weak a key', async () => await authority({ key: 'rsa1024', subject: 'CN=weak' })],
  ['ended', async () => await authority({ subject: 'CN=ended', notAfter: NOW })],
  ['not begun', async () => await authority({ subject: 'CN=begins', notBefore: NOW + DAY_MS })],
  [
    'signed with SHA-1',
    async () =>
      await authority({ issuer: await authority({ subject: 'CN=old' }), subject: 'CN=old hash', hash: 'SHA-1' }),
  ],
])('one is left out, and the others stay: %s', async (_, other) => {
  const root = await authority({ subject: 'CN=root' });

  expect(subjects(await other(), root)).toEqual(['CN=root']);
});

test.each<[string, string | undefined]>([
  ['missing', undefined],
  ['empty', ' \n'],
  ['no PEM', 'garbage'],
  ['malformed', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
])('there is none when ca.crt is %s', (_, text) => {
  expect(soundAuthorities({ 'ca.crt': text }, NOW)).toEqual([]);
});
