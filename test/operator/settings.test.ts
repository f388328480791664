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

test('operators of different parts of a cluster have different Leases', () => {
  const nameOf = (...argv: string[]): string => readSettings(argv, {}).leaseName;

  expect(nameOf()).toBe('proxysql-operator');
  expect(nameOf('--namespaces=a,b')).toBe(nameOf('--namespaces=b,a'));
  expect(new Set([nameOf(), nameOf('--namespaces=a'), nameOf('--selector=shard=1')]).size).toBe(3);
});

test.each([
  ['--concurrency=0', '--concurrency must be a whole number from 1 to 64, but it is "0".'],
  ['--max-rollouts=0', '--max-rollouts must be a whole number from 1 to 100000, but it is "0".'],
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
  FLAGS.forEach(({ flags }) => expect(help.message).toContain(flags.split(' ')[0]));
});
