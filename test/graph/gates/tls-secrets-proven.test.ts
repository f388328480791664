import { tlsSecretsProven } from '../../../lib/graph/gates/tls-secrets-proven';
import { type World } from '../../../lib/graph/world';
import { type KubernetesObject } from '../../../lib/kubernetes';
import { authority, issue, secretData } from '../../proof/certificates';
import * as small from '../small-world';
import { unreadable } from './unreadable';

const DESCRIBED = 'Secret demo/db-server-cert';

const CLIENT: KubernetesObject = {
  ...small.CERTIFICATE,
  metadata: { ...small.CERTIFICATE.metadata, name: 'db-client-cert' },
  spec: { ...(small.CERTIFICATE.spec as object), secretName: 'db-client-cert' },
};
const WITH_CLIENT = [...small.DESIRED, { step: 'Certificates', object: CLIENT } as const];

describe('TLS Secrets that are issued', () => {
  test('given one that is proven, then it opens until that ends', () => {
    expect(tlsSecretsProven(small.worldOf([small.tlsSecret('good')]))).toEqual({
      open: true,
      reason: 'TLSSecretsProven',
      message: 'The TLS Secret is proven.',
      retryAt: small.VALID_UNTIL,
    });
  });

  test('given several, then they are counted, and the first that ends decides how long', () => {
    const ends: Readonly<Record<string, number>> = { server: small.VALID_UNTIL, client: small.VALID_UNTIL - 1000 };
    const world: World = small.worldOf([small.tlsSecret('good'), small.tlsSecret('good', 'db-client-cert')], {
      desired: WITH_CLIENT,
      prove: (secret, alias) => ({ ...small.proveByState(secret), validUntil: ends[alias] ?? 0 }) as never,
    });
    expect(tlsSecretsProven(world)).toMatchObject({
      open: true,
      message: 'All 2 TLS Secrets are proven.',
      retryAt: small.VALID_UNTIL - 1000,
    });
  });

  test('given that not all of several are proven, then it holds', () => {
    const world = small.worldOf([small.tlsSecret('good'), small.tlsSecret('broken', 'db-client-cert')], {
      desired: WITH_CLIENT,
    });
    expect(tlsSecretsProven(world)).toMatchObject({ open: false, reason: 'KeyMismatch' });
  });

  test('given one that is not there, then cert-manager is waited for, not the user', () => {
    const verdict = tlsSecretsProven(small.worldOf([]));
    expect(verdict).toMatchObject({ open: false, message: `${DESCRIBED} has not been issued yet.` });
    expect(verdict).not.toHaveProperty('needsUser');
  });

  test('given one that is refused, then why and until when is told, and the user is not asked', () => {
    const world = small.worldOf([small.tlsSecret('good')], {
      prove: () => ({ proven: false, reason: 'NotYetValid', message: 'It is not valid yet.', retryAt: small.NOW + 5 }),
    });
    const verdict = tlsSecretsProven(world);
    expect(verdict).toMatchObject({
      open: false,
      reason: 'NotYetValid',
      message: `${DESCRIBED}: It is not valid yet.`,
      blockedBy: { kind: 'Secret', name: 'db-server-cert' },
      retryAt: small.NOW + 5,
    });
    expect(verdict).not.toHaveProperty('needsUser');
  });

  test('given one that cannot be read, then the user is asked', () => {
    expect(tlsSecretsProven(unreadable(small.worldOf([small.tlsSecret('good')]), 'Secret'))).toMatchObject({
      open: false,
      reason: 'SecretUnreadable',
      message: `${DESCRIBED} cannot be read: forbidden.`,
      blockedBy: { kind: 'Secret', name: 'db-server-cert' },
      needsUser: true,
    });
  });

  test('given one of a public issuer without ca.crt, then clients are taken to know its authority', () => {
    const secret = { ...small.tlsSecret('good'), data: { state: 'good' } };
    expect(tlsSecretsProven(small.worldOf([secret])).open).toBe(true);
  });

  test('given no TLS, then none is needed', () => {
    const proxysql = small.proxysql({ spec: { ...small.proxysql().spec, tls: undefined } });
    expect(tlsSecretsProven(small.worldOf([], { proxysql }))).toMatchObject({ open: true, reason: 'TLSNotRequested' });
  });
});

describe('a TLS Secret as the API server sends it', () => {
  const judge = (data: unknown) =>
    tlsSecretsProven(small.worldOf([{ ...small.tlsSecret('good'), data }], { prove: undefined }));

  test('given that it is sound, then it is proven; given another name in it, then not', async () => {
    const issuer = await authority();
    const dataOf = async (dnsNames: string[]) => {
      const files = Object.entries(secretData(await issue({ issuer, dnsNames }), [], [issuer]));
      return Object.fromEntries(files.map(([file, text]) => [file, Buffer.from(text).toString('base64')]));
    };
    expect(judge(await dataOf(['db']))).toMatchObject({ open: true });
    expect(judge(await dataOf(['other']))).toMatchObject({ open: false, reason: 'NameNotCovered' });
  });

  test.each([
    ['no data', undefined],
    ['null', null],
    ['a text', 'tls.crt'],
    ['values of another shape', { 'tls.crt': 1, 'tls.key': null }],
  ])('given %s, then it is refused', (_, data) => {
    expect(judge(data)).toMatchObject({ open: false, reason: 'DataMissing' });
  });
});
