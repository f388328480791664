import { tlsSecretsProven } from '../../../lib/graph/gates/tls-secrets-proven';
import * as small from '../small-world';

const judge = (...objects: Parameters<typeof small.worldOf>[0]) => tlsSecretsProven(small.worldOf(objects));

describe('a TLS Secret of a Certificate that is not there', () => {
  test('given that the Certificate is not ready, then it is waited for', () => {
    expect(judge(small.certificateObject(false))).toMatchObject({
      reason: 'SecretMissing',
      message: 'Secret demo/db-server-cert has not been issued yet.',
    });
  });

  test('given that the Certificate is called ready, then nobody says that it was never issued', () => {
    expect(judge(small.certificateObject(true))).toMatchObject({
      open: false,
      reason: 'SecretMissing',
      message:
        'Secret demo/db-server-cert is gone, though Certificate demo/db-server-cert is ready: cert-manager issues it anew within seconds. See whether cert-manager runs.',
      blockedBy: { kind: 'Secret', name: 'db-server-cert' },
    });
  });
});
