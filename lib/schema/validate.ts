import { type Problem } from '../problem';
import { explain } from './explain';
import { kinds } from './generated/index';
import { type Kind, type ValidatedKindName } from './kinds';
import { repeatedKeys } from './repeated-keys';
import { brokenRules } from './rule-check';
import { showValue } from './show-value';

/**
 * Everything that the API server would refuse in a manifest: by the schema of its kind, by keys that repeat in a list and, for a
 * ProxySQL, by the rules between fields. An empty list means that it would be accepted, as far as one manifest can tell.
 */
export function validateAgainstSchema(kind: ValidatedKindName, manifest: unknown): Problem[] {
  const definition = kinds[kind];
  // What counts is what is sent: JSON, in which absent and undefined are the same.
  const sent: unknown = JSON.parse(JSON.stringify(manifest ?? null));
  if (typeof sent !== 'object' || sent === null || Array.isArray(sent)) {
    return [{ path: kind, message: 'a manifest must be an object', remedy: `Give an object of kind ${kind}` }];
  }
  const refused = refusals(definition, sent);
  const rules = kind === 'ProxySQL' ? brokenRules(sent, undefined, refused) : [];
  return [...wrongIdentity(kind, definition, sent), ...refused, ...repeatedKeys(kind, sent), ...rules];
}

/** The rules that forbid a change from one ProxySQL to another, as the API server applies them to an update. */
export function validateChange(former: unknown, manifest: unknown): Problem[] {
  return brokenRules(manifest, former, []);
}

/** The schema is asked for only when there is something to explain, as loading it takes as long as validating. */
function refusals(definition: Kind, manifest: object): Problem[] {
  const { validate } = definition;
  return validate(manifest) ? [] : (validate.errors ?? []).map((error) => explain(error, manifest, definition.schema));
}

function wrongIdentity(kind: string, { apiVersion }: Kind, manifest: object): Problem[] {
  const given = manifest as { readonly apiVersion?: unknown; readonly kind?: unknown };
  const expected = { apiVersion, kind };
  return (['apiVersion', 'kind'] as const)
    .filter((field) => given[field] !== expected[field])
    .map((field) => {
      const value = showValue(given[field], [field]);
      return {
        path: field,
        ...(value !== undefined && { value }),
        message: `must be ${expected[field]}`,
        remedy: `Write ${field}: ${expected[field]}`,
      };
    });
}
