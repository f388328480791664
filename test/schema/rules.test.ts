import { brokenRules } from '../../lib/schema/rule-check';
import { RULES } from '../../lib/schema/rules';
import { validateAgainstSchema, validateChange } from '../../lib/schema/validate';
import { proxysqlDefinition } from '../../scripts/crds/proxysql';
import { withRules } from '../../scripts/crds/rules';
import { type Json } from './json';
import { proxysqlWith, RULE_CASES, type RuleCase } from './rule-cases';

function messagesFor({ former }: RuleCase, spec: Json): string[] {
  const manifest = proxysqlWith(spec);
  const problems =
    former === undefined ? validateAgainstSchema('ProxySQL', manifest) : validateChange(proxysqlWith(former), manifest);
  return problems.map(({ message }) => message);
}

it('every rule has its cases', () => {
  expect(RULE_CASES.map(({ id }) => id)).toEqual(RULES.map(({ id }) => id));
});

describe.each(RULE_CASES)('rule $id', (ruleCase) => {
  const rule = RULES.find(({ id }) => id === ruleCase.id);

  it('lets pass what keeps it', () => {
    expect(ruleCase.kept.flatMap((spec) => messagesFor(ruleCase, spec))).toEqual([]);
  });

  it('refuses what breaks it, and says so', () => {
    for (const spec of ruleCase.broken) {
      expect(messagesFor(ruleCase, spec)).toContain(rule?.message);
    }
  });

  it('is in the definition, at its place', () => {
    expect(JSON.stringify(proxysqlDefinition)).toContain(
      JSON.stringify({ rule: rule?.cel, message: rule?.message }).slice(1, -1),
    );
  });
});

describe('brokenRules', () => {
  it('blames the field, with its value and what to do', () => {
    expect(brokenRules(proxysqlWith({ version: '3', backend: { name: '' } }), undefined, [])).toEqual([
      {
        path: 'spec.backend',
        value: '{…}',
        message: 'a backend must be named',
        remedy: 'Set backend.name to the name of the AppBinding of the database, in the same namespace',
      },
    ]);
  });

  it('asks no rule about what the schema refuses', () => {
    const manifest = proxysqlWith({ version: '3', backend: 7 });
    const refused = [{ path: 'spec.backend', message: 'must be an object, not a number', remedy: 'Give an object' }];
    expect(brokenRules(manifest, undefined, refused)).toEqual([]);
    expect(validateAgainstSchema('ProxySQL', manifest).map(({ path }) => path)).toEqual(['spec.backend']);
  });
});

it('a rule about a part that the schema does not have cannot be written down', () => {
  expect(() => withRules({ type: 'object', properties: {} })).toThrow(
    'rule version-given is about spec, which the schema does not have',
  );
});
