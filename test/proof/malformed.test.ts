import fc from 'fast-check';
import { type TlsSecretData } from '../../lib/proof/proof';
import { proveTlsSecret } from '../../lib/proof/prove';
import { authority, type Issued, issue, NOW, secretData } from './certificates';

const NAMES = { dnsNames: ['db.demo.svc'] };

let sound: Record<string, string>;
let foreign: Issued;

beforeAll(async () => {
  const root = await authority();
  sound = secretData(await issue({ issuer: root, ...NAMES }), [], [root]);
  foreign = await issue({ subject: 'CN=foreign', dnsNames: ['else.where'] });
});

function prove(data: TlsSecretData) {
  return proveTlsSecret({ data, alias: 'server', expected: NAMES, now: NOW });
}

/** Ways to spoil one entry so that it cannot be what it was. */
const SPOILERS = {
  emptied: () => '',
  cut: (text: string, seed: number) => text.slice(0, 30 + (seed % (text.length - 60))),
  garbage: (_: string, seed: number) => `garbage ${seed}`,
  // In a signed or self-consistent structure any other byte breaks something, or names something else.
  flipped: (text: string, seed: number) => {
    const lines = text.split('\n');
    const line = 1 + (seed % Math.max(1, lines.filter((one) => one.length > 0).length - 2));
    const body = lines[line] ?? '';
    const at = seed % Math.max(1, body.replace(/=+$/, '').length - 2);
    lines[line] = body.slice(0, at) + (body[at] === 'A' ? 'B' : 'A') + body.slice(at + 1);
    return lines.join('\n');
  },
  foreign: (text: string) => (text.includes('PRIVATE KEY') ? foreign.keyPem : foreign.pem),
  binary: (text: string, seed: number) =>
    Buffer.from(text, 'base64')
      .subarray(seed % 50)
      .toString('latin1'),
} as const;

test('five hundred malformed Secrets are refused with a reason, none makes proving throw', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('tls.crt', 'tls.key'),
      fc.constantFrom(...(Object.keys(SPOILERS) as (keyof typeof SPOILERS)[])),
      fc.nat(),
      (entry, spoiler, seed) => {
        const spoiled = SPOILERS[spoiler](sound[entry] ?? '', seed);
        fc.pre(spoiled !== sound[entry]);

        const proof = prove({ ...sound, [entry]: spoiled });

        // A flipped bit may hit a part of the key that is not its secret: then it is the same key, and rightly proven.
        if (!(entry === 'tls.key' && spoiler === 'flipped')) {
          expect(proof.proven).toBe(false);
        }
        if (!proof.proven) {
          expect(proof.reason).toMatch(/^[A-Z][A-Za-z]+$/);
          expect(proof.message).toMatch(/[.]$/);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('whatever bytes and texts there are, the answer is a reason that quotes none of the key', () => {
  fc.assert(
    fc.property(
      fc.record({
        'tls.crt': fc.oneof(fc.uint8Array(), fc.string(), fc.constant(foreign.pem)),
        'tls.key': fc.oneof(fc.uint8Array(), fc.string({ minLength: 8 }), fc.constant(foreign.keyPem.slice(0, -40))),
        'ca.crt': fc.oneof(fc.uint8Array(), fc.string(), fc.constant(undefined)),
      }),
      (data) => {
        const proof = prove(data);
        expect(proof.proven).toBe(false);
        if (!proof.proven && typeof data['tls.key'] === 'string') {
          expect(proof.message).not.toContain(data['tls.key']);
        }
      },
    ),
    { numRuns: 500 },
  );
});

test('arbitrary DER inside sound PEM is refused', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 400 }), (bytes) => {
      const pem = `-----BEGIN CERTIFICATE-----\n${Buffer.from(bytes).toString('base64')}\n-----END CERTIFICATE-----\n`;
      expect(prove({ ...sound, 'tls.crt': pem })).toMatchObject({ proven: false, reason: 'CertificateUnreadable' });
    }),
    { numRuns: 300 },
  );
});
