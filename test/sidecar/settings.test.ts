import { readSettings, SettingsError } from '../../sidecar/settings';

const EXPECTED_NAMES = '{"server":{"dnsNames":["proxy.demo.svc"],"ipAddresses":["127.0.0.1"]}}';

describe('readSettings', () => {
  it('needs the expected names only', () => {
    expect(readSettings({ EXPECTED_NAMES })).toMatchObject({
      ports: { db: 6033, admin: 6032, rest: 6070, metrics: 6071, http: 6072 },
      folders: {
        run: '/run/proxysql',
        data: '/var/lib/proxysql',
        certificates: { server: '/var/lib/frontend/server' },
      },
      expected: { server: { dnsNames: ['proxy.demo.svc'], ipAddresses: ['127.0.0.1'] } },
      allowPlaintext: false,
      drainBudgetMs: 30_000,
      trustOverlapMs: 86_400_000,
      safetyIntervalMs: 300_000,
      logLevel: 'info',
    });
  });

  it('takes what the environment gives', () => {
    const settings = readSettings({
      EXPECTED_NAMES: '{}',
      ALLOW_PLAINTEXT: 'true',
      DRAIN_BUDGET_SECONDS: '7',
      DRAIN_TOKEN: 'token',
      DB_PORT: '16033',
      RUN_DIR: '/elsewhere',
      LOG_LEVEL: 'debug',
    });

    expect(settings).toMatchObject({
      allowPlaintext: true,
      drainBudgetMs: 7000,
      drainToken: 'token',
      ports: { db: 16033 },
      folders: { run: '/elsewhere' },
      logLevel: 'debug',
    });
  });

  it.each([
    [{}, 'EXPECTED_NAMES is not set. It must be a JSON object'],
    [{ EXPECTED_NAMES: '{' }, 'EXPECTED_NAMES is not JSON. It must be a JSON object'],
    [{ EXPECTED_NAMES: '[]' }, 'EXPECTED_NAMES is not an object.'],
    [{ EXPECTED_NAMES: '{}' }, 'EXPECTED_NAMES has no "server", so there is no certificate to serve.'],
    [
      { EXPECTED_NAMES: '{"archiver":{}}' },
      'EXPECTED_NAMES has the alias "archiver". Those that exist are server, client, metrics-exporter.',
    ],
    [
      { EXPECTED_NAMES: '{"server":{"dnsNames":"proxy"}}' },
      'EXPECTED_NAMES: the names of "server" are not lists of strings.',
    ],
    [{ EXPECTED_NAMES, ALLOW_PLAINTEXT: 'yes' }, 'ALLOW_PLAINTEXT is "yes". It must be true or false.'],
    [{ EXPECTED_NAMES, DRAIN_BUDGET_SECONDS: '-1' }, 'DRAIN_BUDGET_SECONDS is "-1". It must be a whole number.'],
    [
      { EXPECTED_NAMES, SAFETY_INTERVAL_SECONDS: '0' },
      'SAFETY_INTERVAL_SECONDS is "0". It must be a whole number from 1 on.',
    ],
    [{ EXPECTED_NAMES, DB_PORT: '65536' }, 'DB_PORT is "65536". It must be a whole number up to 65535.'],
    [
      { EXPECTED_NAMES, LOG_LEVEL: 'loud' },
      'LOG_LEVEL is "loud". It must be one of silent, error, warn, info, debug, trace.',
    ],
  ])('refuses %j', (env, message) => {
    expect(() => readSettings(env)).toThrow(SettingsError);
    expect(() => readSettings(env)).toThrow(message);
  });
});
