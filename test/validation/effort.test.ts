import { type ProxySQLSpec } from '../../lib/proxysql-resource';
import { describeProblem } from '../../lib/problem';
import { RuntimeKind } from '../../lib/runtime';
import { validateProxySQL } from '../../lib/validation/validate';
import { effortOf } from '../support/effort';
import { proxysqlResource } from '../support/resource';

/** An operator that serves many has to judge what anyone of them gets past the API server, which takes a megabyte and a half. */
const problemsOf = (spec: Partial<ProxySQLSpec>) =>
  validateProxySQL(proxysqlResource(spec), { isAcme: () => false, runtime: RuntimeKind.OPERATOR });

const times = <T>(count: number, make: (index: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));
const inline = (mysqlVariables: { [name: string]: number }): Partial<ProxySQLSpec> => ({
  configuration: { init: { inline: { mysqlVariables } } },
});
const issuerRef = { kind: 'Issuer', name: 'ca' };

test.each<[string, Partial<ProxySQLSpec>]>([
  ['a variable with a name of a megabyte', inline({ ['a'.repeat(1_000_000)]: 1 })],
  ['a variable with a path of a megabyte', inline({ ['a.'.repeat(500_000)]: 1 })],
  [
    'a variable for each number',
    inline(Object.fromEntries(times(10_000, (index) => [`monitor_read_only_${index}`, 1] as const))),
  ],
  [
    'a certificate for 70,000 names',
    { tls: { issuerRef, certificates: [{ alias: 'server', dnsNames: times(70_000, (index) => `a${index}.b`) }] } },
  ],
  ['70,000 volumes', { podTemplate: { spec: { volumes: times(70_000, (index) => ({ name: `v${index}` })) } } }],
  [
    'an issuer whose group is a megabyte long',
    { tls: { issuerRef: { ...issuerRef, apiGroup: 'c'.repeat(1_000_000) } } },
  ],
])('given %s, when the resource is judged, then it takes less than a second', (_, spec) => {
  expect(effortOf(() => problemsOf(spec))).toBeLessThan(1000);
});

test('given more replicas than a cluster can have, then that is told, and nothing is made for each of them', () => {
  expect(problemsOf({ replicas: 2 ** 31 - 1 }).map(describeProblem)).toEqual([
    'spec.replicas (given: 2147483647): A cluster of ProxySQL cannot be so large: each pod watches over all others. Use at most 1000.',
  ]);
  expect(problemsOf({ replicas: 1000 })).toEqual([]);
});

test('given names and values that are no text or have no end, then they are told on one short line', () => {
  const [problem] = problemsOf(inline({ ['a\n\u001b[2J' + 'b'.repeat(1_000_000)]: 1 })).map(describeProblem);
  expect(problem).toMatch(
    /^spec\.configuration\.init\.inline\.mysqlVariables\.a\\u000a\\u001b\[2Jb+…: this is not the name/,
  );
  expect(problem?.length).toBeLessThan(500);

  const [version] = problemsOf({ version: '3'.repeat(1_000_000) }).map(describeProblem);
  expect(version).toMatch(/^spec\.version \(given: "3+…\): /);
});
