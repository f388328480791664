import { FLAGS, readSettings, type SettingsError } from '../../operator/settings';

test('a flag wins over the environment, and the environment over the default', () => {
  const env = { OPERATOR_LOG_LEVEL: 'debug', OPERATOR_CONCURRENCY: '3', OPERATOR_MAX_ROLLOUTS: '2', POD_NAME: 'pod-0' };

  const settings = readSettings(['--log-level=warn', '--namespaces=a, b'], env);

  expect(settings).toMatchObject({
    logLevel: 'warn',
    concurrency: 3,
    maxRollouts: 2,
    identity: 'pod-0',
    namespaces: ['a', 'b'],
    leaderElection: true,
    healthPort: 8080,
  });
});

test('every flag reaches its setting, and so does its variable', () => {
  const expected = {
    context: 'c',
    namespaces: ['a'],
    selector: 'shard=1',
    leaderElection: false,
    leaseDurationMs: 3000,
    leaseNamespace: 'ops',
    identity: 'me',
    images: { proxysqlRepository: 'registry.example/proxysql', runtime: 'registry.example/runtime:1' },
    healthPort: 65535,
    logLevel: 'trace',
    concurrency: 64,
    maxRollouts: 1,
  };
  const flags = {
    '--context': 'c',
    '--namespaces': 'a',
    '--selector': 'shard=1',
    '--leader-election': 'off',
    '--lease-duration': '3',
    '--lease-namespace': 'ops',
    '--identity': 'me',
    '--proxysql-repository': 'registry.example/proxysql',
    '--runtime-image': 'registry.example/runtime:1',
    '--health-port': '65535',
    '--log-level': 'trace',
    '--concurrency': '64',
    '--max-rollouts': '1',
  };
  const argv = Object.entries(flags).map(([flag, value]) => `${flag}=${value}`);
  expect(readSettings([...argv, '--kubeconfig=file'], {})).toMatchObject({ ...expected, kubeconfig: 'file' });

  const values: ReadonlyMap<string | undefined, string> = new Map(Object.entries(flags));
  const env = Object.fromEntries(
    FLAGS.flatMap(({ env: name, flags: words }) =>
      name === undefined ? [] : [[name, values.get(words.split(' ')[0])]],
    ),
  );
  expect(readSettings([], env)).toMatchObject(expected);
});

test('what is not said is left to others, and each process has a name of its own', () => {
  const { identity, leaseName, ...settings } = readSettings([], { OPERATOR_CONTEXT: '' });
  expect(settings).toEqual({
    leaderElection: true,
    leaseDurationMs: 15_000,
    images: {},
    healthPort: 8080,
    logLevel: 'info',
    concurrency: 8,
    maxRollouts: 10,
  });
  expect(identity).toMatch(new RegExp(`-${process.pid}$`));
  expect(leaseName).toBe('proxysql-operator');
});

test('operators of different parts of a cluster have different Leases', () => {
  const nameOf = (...argv: string[]): string => readSettings(argv, {}).leaseName;

  expect(nameOf()).toBe('proxysql-operator');
  expect(nameOf('--namespaces=a,b')).toBe(nameOf('--namespaces=b,a'));
  const parts = [
    [],
    ['--namespaces=a'],
    ['--namespaces=b'],
    ['--selector=shard=1'],
    ['--selector=shard=2'],
    ['--namespaces=a', '--selector=shard=1'],
  ];
  expect(new Set(parts.map((argv) => nameOf(...argv))).size).toBe(parts.length);
});

test.each([
  ['--concurrency=0', '--concurrency must be a whole number from 1 to 64, but it is "0".'],
  ['--max-rollouts=0', '--max-rollouts must be a whole number from 1 to 100000, but it is "0".'],
  ['--concurrency=65', '--concurrency must be a whole number from 1 to 64, but it is "65".'],
  ['--concurrency=1.5', '--concurrency must be a whole number from 1 to 64, but it is "1.5".'],
  ['--health-port=x', '--health-port must be a whole number from 0 to 65535, but it is "x".'],
  ['--log-level=loud', /^--log-level must be one of silent, error, .*, but it is "loud"\.$/],
  ['--namespaces=A', '--namespaces must be names of namespaces, separated by commas, but it is "A".'],
  ['--lease-namespace=A', '--lease-namespace must be the name of a namespace, but it is "A".'],
  ['--nonsense', /unknown option '--nonsense'/],
])('%s is refused with a reason', (flag, message) => {
  expect(() => readSettings([flag], {})).toThrow(message);
});

test('a wrong value from the environment is told by the name of the variable', () => {
  expect(() => readSettings([], { OPERATOR_CONCURRENCY: 'many' })).toThrow(/^OPERATOR_CONCURRENCY must be/);
});

test('help tells every flag and ends well', () => {
  const help = ((): SettingsError => {
    try {
      readSettings(['--help'], {});
    } catch (error) {
      return error as SettingsError;
    }
    throw new Error('There was no help.');
  })();

  expect(help.exitCode).toBe(0);
  FLAGS.forEach(({ flags, env }) => {
    expect(help.message).toContain(flags.split(' ')[0]);
    expect(help.message).toContain(env ?? '');
  });
  expect(help.message.replace(/\s+/g, ' ')).toContain('(env: OPERATOR_CONCURRENCY) (default: 8)');
  expect(help.message).not.toContain('undefined');
});
