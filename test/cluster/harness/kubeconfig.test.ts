import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { stringify } from 'yaml';

import { readKubeconfig } from './kubeconfig';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'kubeconfig-'));
});
afterEach(() => rmSync(directory, { recursive: true }));

const server = 'https://api.test:6443';
const base64 = (text: string): string => Buffer.from(text).toString('base64');

function written(user: object, cluster: object = {}, context: object = {}): string {
  const file = join(directory, 'config');
  const config = {
    'current-context': 'two',
    contexts: [
      { name: 'one', context: { cluster: 'other', user: 'other' } },
      { name: 'two', context: { cluster: 'c', user: 'u', ...context } },
    ],
    clusters: [{ name: 'c', cluster: { server, ...cluster } }],
    users: [{ name: 'u', user }],
  };
  writeFileSync(file, stringify(config));
  return file;
}

test('credentials in the file', () => {
  const file = written({ token: 'secret' }, { 'certificate-authority-data': base64('CA') });

  expect(readKubeconfig(file)).toMatchObject({ server, ca: 'CA', token: 'secret' });
});

test('credentials in files beside it', () => {
  for (const name of ['ca', 'cert', 'key']) {
    writeFileSync(join(directory, name), `the ${name}`);
  }
  const file = written({ 'client-certificate': 'cert', 'client-key': 'key' }, { 'certificate-authority': 'ca' });

  expect(readKubeconfig(file)).toMatchObject({ ca: 'the ca', clientCertificate: 'the cert', clientKey: 'the key' });

  writeFileSync(join(directory, 'token'), 'secret\n');
  expect(readKubeconfig(written({ tokenFile: 'token' })).token).toBe('secret');
});

test('credentials that a plugin hands out', () => {
  const status =
    '{ token: process.env.GREETING + process.argv[1] + JSON.parse(process.env.KUBERNETES_EXEC_INFO).kind }';
  const exec = {
    apiVersion: 'client.authentication.k8s.io/v1',
    command: process.execPath,
    args: ['-e', `console.log(JSON.stringify({ status: ${status} }))`, 'you '],
    env: [{ name: 'GREETING', value: 'hello ' }],
  };

  expect(readKubeconfig(written({ exec })).token).toBe('hello you ExecCredential');
});

test('a user without credentials that we know is refused, as nobody would be let in', () => {
  const file = written({ 'auth-provider': { name: 'old' } });

  expect(() => readKubeconfig(file)).toThrow(
    `The user 'u' of the kubeconfig ${file} has neither token nor client certificate nor exec plugin.`,
  );
});

test.each([
  [{ cluster: 'nowhere' }, "has no cluster named 'nowhere'"],
  [{ user: 'nobody' }, "has no user named 'nobody'"],
])('a context that leads nowhere is refused by name', (context, words) => {
  expect(() => readKubeconfig(written({ token: 'x' }, {}, context))).toThrow(words);
});
