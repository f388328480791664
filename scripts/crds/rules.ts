import { RULES, type Rule } from '../../lib/schema/rules';
import { type JsonSchema } from './model';

/** The schema with every rule at the part that it is about. */
export function withRules(schema: JsonSchema): JsonSchema {
  return RULES.reduce((result, rule) => attached(result, rule.path.split('.'), rule), schema);
}

function attached(schema: JsonSchema, path: readonly string[], rule: Rule): JsonSchema {
  const [step, ...rest] = path;
  if (step === undefined) {
    const validation = {
      rule: rule.cel,
      message: rule.message,
      ...(rule.field !== undefined && { fieldPath: `.${rule.field}` }),
    };
    return {
      ...schema,
      'x-kubernetes-validations': [...(schema['x-kubernetes-validations'] ?? []), validation],
    };
  }
  const name = step.replace('[]', '');
  const property = schema.properties?.[name];
  const inner = step.endsWith('[]') ? property?.items : property;
  if (property === undefined || inner === undefined) {
    throw new Error(`rule ${rule.id} is about ${rule.path}, which the schema does not have`);
  }
  const changed = attached(inner, rest, rule);
  return {
    ...schema,
    properties: { ...schema.properties, [name]: step.endsWith('[]') ? { ...property, items: changed } : changed },
  };
}
