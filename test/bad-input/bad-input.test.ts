import fc from 'fast-check';
import { BAD_INPUTS, problemsOf } from './cases';

describe('bad input', () => {
  test.each(BAD_INPUTS.map((input) => [input.title, input] as const))('%s', (_, input) => {
    const problems = problemsOf(input);
    expect(problems).not.toEqual([]);
    expect(problems).toMatchSnapshot();
    expect(problems.join('\n')).not.toContain('hunter2');
  });

  test('given several mistakes, then all are told at once', () => {
    const problems = problemsOf({
      title: 'several',
      props: {
        replicas: -1,
        version: 'latest',
        certificates: [],
        configuration: { mysqlVariables: { have_ssl: false } },
      },
    });
    expect(problems.map((line) => /spec[.\w]*/.exec(line)?.[0])).toEqual(
      expect.arrayContaining(['spec.replicas', 'spec.version']),
    );
    expect(problems).toHaveLength(3);
  });

  test('given any strings in the configuration, then they are either carried or refused in words, and nothing is thrown', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('"', "'", '\\', '\n', '\u0000', ';', '");', '#', '/*', '\ud800'),
    );
    fc.assert(
      fc.property(text, text, text, (username, comment, value) => {
        const problems = problemsOf({
          title: 'generated',
          props: {
            configuration: {
              users: [{ username, comment }],
              mysqlVariables: { default_schema: value },
              queryRules: [{ rule_id: 1, match_digest: value, comment }],
            },
          },
        });
        for (const problem of problems) {
          expect(problem).toMatch(/^chart\/proxysql: spec\.configuration.*[.]$/s);
        }
      }),
      { numRuns: 200 },
    );
  });
});
