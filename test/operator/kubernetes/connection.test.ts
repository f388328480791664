import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type RequestOptions } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { connect, type Connection, connectWith } from '../../../operator/kubernetes/connection';
import { FakeClock } from '../../runtime/fake-clock';

let folder: string;
const environment = { ...process.env };

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'connection-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true });
  process.env = { ...environment };
});

function file(name: string, content: string): string {
  const target = path.join(folder, name);
  writeFileSync(target, content);
  return target;
}

/** A kubeconfig; JSON is YAML. */
function kubeconfig(user: object, cluster: object = {}): string {
  return file(
    'config',
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'main',
      contexts: [
        { name: 'main', context: { cluster: 'c', user: 'u', namespace: 'demo' } },
        { name: 'other', context: { cluster: 'd', user: 'u' } },
        { name: 'broken', context: { cluster: 'missing', user: 'u' } },
      ],
      clusters: [
        { name: 'c', cluster: { server: 'https://10.0.0.1:6443/', ...cluster } },
        { name: 'd', cluster: { server: 'https://10.0.0.2:6443' } },
      ],
      users: [{ name: 'u', user }],
    }),
  );
}

test('a token and a CA from the kubeconfig', async () => {
  const ca = file('ca.pem', 'the CA');
  const connection = connect({
    kubeconfig: kubeconfig(
      { token: 'abc' },
      { 'certificate-authority': 'ca.pem', 'tls-server-name': 'api', 'proxy-url': 'http://proxy:3128' },
    ),
  });
  expect(ca).toContain(folder);
  expect(connection).toMatchObject({
    server: 'https://10.0.0.1:6443',
    namespace: 'demo',
    proxyUrl: 'http://proxy:3128',
  });
  await expect(connection.credentials()).resolves.toEqual({
    headers: { authorization: 'Bearer abc' },
    tls: { ca: 'the CA', serverName: 'api', rejectUnauthorized: true },
  });
});

test('a client certificate, and a server that is not to be verified', async () => {
  const base64 = (text: string): string => Buffer.from(text).toString('base64');
  const connection = connect({
    kubeconfig: kubeconfig(
      { 'client-certificate-data': base64('cert'), 'client-key-data': base64('key') },
      { 'insecure-skip-tls-verify': true },
    ),
  });
  await expect(connection.credentials()).resolves.toEqual({
    headers: {},
    tls: { cert: 'cert', key: 'key', rejectUnauthorized: false },
  });
});

test('a user name with a password', async () => {
  const connection = connect({ kubeconfig: kubeconfig({ username: 'u', password: 'p' }) });
  await expect(connection.credentials()).resolves.toMatchObject({ headers: { authorization: 'Basic dTpw' } });
});

test('a credential plugin is asked once, again after its token has run out, and at once when it is refused', async () => {
  const clock = new FakeClock(Date.now());
  const counter = file('counter', '');
  const plugin = file(
    'plugin.js',
    `const fs = require('node:fs');
     fs.appendFileSync(${JSON.stringify(counter)}, 'x');
     const token = 'token-' + fs.readFileSync(${JSON.stringify(counter)}, 'utf8').length;
     const status = { token, expirationTimestamp: new Date(Date.now() + 3600000).toISOString() };
     console.log(JSON.stringify({ apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status }));`,
  );
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: [plugin] };
  const connection = connect({ kubeconfig: kubeconfig({ exec }), clock });

  const [first, second] = await Promise.all([connection.credentials(), connection.credentials()]);
  expect(first.headers).toEqual({ authorization: 'Bearer token-1' });
  expect(second).toBe(first);
  clock.freeze(60_000);
  expect(await connection.credentials()).toBe(first);

  connection.invalidate();
  const renewed = await connection.credentials();
  expect(renewed.headers).toEqual({ authorization: 'Bearer token-2' });
  // The connections stay: only the token is new.
  expect(renewed.tls).toBe(first.tls);
});

test('a token in a file is read anew', async () => {
  const clock = new FakeClock(Date.now());
  const tokenFile = file('token', 'one\n');
  const connection = connect({
    kubeconfig: kubeconfig({ 'auth-provider': { name: 'tokenFile', config: { tokenFile } } }),
    clock,
  });
  await expect(connection.credentials()).resolves.toMatchObject({ headers: { authorization: 'Bearer one' } });
  writeFileSync(tokenFile, 'two\n');
  connection.invalidate();
  await expect(connection.credentials()).resolves.toMatchObject({ headers: { authorization: 'Bearer two' } });
});

describe('credentials that change', () => {
  let clock: FakeClock;
  let asked: number;
  let token: string;
  let cert: string;

  class Changing extends KubeConfig {
    override applyToHTTPSOptions(request: RequestOptions): Promise<void> {
      asked++;
      request.headers = { Authorization: `Bearer ${token}` };
      request.cert = cert;
      return Promise.resolve();
    }
  }

  beforeEach(() => {
    clock = new FakeClock();
    asked = 0;
    token = 'one';
    cert = 'first';
  });

  function changing(): Connection {
    return connectWith(() => {
      const config = new Changing();
      config.loadFromFile(kubeconfig({}));
      return config;
    }, clock);
  }

  test('are looked at again after half a minute, or when the clock was set back, and not before', async () => {
    const connection = changing();
    const first = await connection.credentials();
    clock.freeze(29_999);
    expect(await connection.credentials()).toBe(first);
    expect(asked).toBe(1);

    token = 'two';
    clock.freeze(1);
    expect((await connection.credentials()).headers).toEqual({ authorization: 'Bearer two' });
    await connection.credentials();
    expect(asked).toBe(2);

    clock.freeze(-1);
    await connection.credentials();
    expect(asked).toBe(3);
  });

  test('are the same object where they are equal, and so is their TLS material, which connections are made with', async () => {
    const connection = changing();
    const next = async () => {
      clock.freeze(30_000);
      return connection.credentials();
    };
    const first = await next();
    expect(await next()).toBe(first);

    token = 'two';
    const second = await next();
    expect(second.headers).not.toEqual(first.headers);
    expect(second.tls).toBe(first.tls);

    cert = 'second';
    expect((await next()).tls).toMatchObject({ cert: 'second' });
  });

  test('that cannot be read are read again', async () => {
    const connection = connectWith(() => {
      const config = new Changing();
      config.loadFromFile(kubeconfig({}));
      const read = config.applyToHTTPSOptions.bind(config);
      config.applyToHTTPSOptions = (request) =>
        asked++ === 0 ? Promise.reject(new Error('the plugin fails')) : read(request);
      return config;
    }, clock);
    await expect(connection.credentials()).rejects.toThrow('the plugin fails');
    await expect(connection.credentials()).resolves.toMatchObject({ headers: { authorization: 'Bearer one' } });
  });
});

test('another context of the kubeconfig', () => {
  expect(connect({ kubeconfig: kubeconfig({}), context: 'other' }).server).toBe('https://10.0.0.2:6443');
});

test('KUBECONFIG is used when no file is given', () => {
  process.env.KUBECONFIG = kubeconfig({});
  expect(connect().server).toBe('https://10.0.0.1:6443');
});

describe('errors', () => {
  test('a context that is not there', () => {
    expect(() => connect({ kubeconfig: kubeconfig({}), context: 'none' })).toThrow(
      'The kubeconfig has no context "none"; it has main, other, broken.',
    );
  });

  test('a context without its cluster', () => {
    expect(() => connect({ kubeconfig: kubeconfig({}), context: 'broken' })).toThrow(
      'The kubeconfig has no cluster for its context "broken"; name a context that is in the file.',
    );
  });

  test('no configuration anywhere', () => {
    delete process.env.KUBECONFIG;
    delete process.env.KUBERNETES_SERVICE_HOST;
    process.env.HOME = folder;
    expect(() => connect()).toThrow(
      'Nothing says where the API server is: give a kubeconfig, set KUBECONFIG, or run in a pod with a service account.',
    );
  });
});
