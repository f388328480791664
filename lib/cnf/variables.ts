import { type CnfSetting, type CnfValue } from './ast';
import { variableValue } from './columns';
import { type Draft, given, shown } from './configuration-input';
import { isCredentialName, isHarmless, isVariableName, protectionOf, type VariableGroup } from './protected-variables';
import { variableKind, type VariableKind, variableMeant } from './known-variables';
import { hasFeature } from './versions';

const FIELDS = { admin_variables: 'adminVariables', mysql_variables: 'mysqlVariables' } as const;

/** What clients may be offered to log in by. */
const AUTHENTICATION_PLUGINS = ['mysql_native_password', 'caching_sha2_password'];

/** The user's variables of a group; those that are wrong or not the user's to set are left out and reported. */
export function inlineVariables(draft: Draft, group: VariableGroup): CnfSetting[] {
  const variables = draft.inline[FIELDS[group]] ?? {};
  return given<unknown>(variables).flatMap(([name, value]) => {
    const setting = variable(draft, group, name, value);
    return setting === undefined ? [] : [setting];
  });
}

function variable(draft: Draft, group: VariableGroup, name: string, value: unknown): CnfSetting | undefined {
  const path = `${draft.path}.${FIELDS[group]}.${name}`;
  const reason = protectionOf(group, name.replace(/^(mysql|admin)-/i, ''));
  if (reason !== undefined) {
    if (!isHarmless(group, name, String(value), draft.tls)) {
      draft.problems.push({
        path,
        ...(!isCredentialName(name) && { value: shown(value) }),
        message: `this variable cannot be set, since ${reason}`,
        remedy: 'Leave it out',
      });
    }
    return undefined;
  }
  if (!isVariableName(name)) {
    draft.problems.push({
      path,
      message: 'this is not the name of a variable',
      remedy: 'Write letters, digits and underscores, without the prefix mysql- or admin-',
    });
    return undefined;
  }
  const written = variableValue(value);
  if (written === undefined) {
    draft.problems.push({
      path,
      value: shown(value),
      message: 'a variable cannot have this value',
      remedy:
        'Write a string without NUL characters, a number or a boolean; a number of more than 15 digits as a string',
    });
    return undefined;
  }
  if (group === 'admin_variables' && String(value).includes('"')) {
    draft.problems.push({
      path,
      value: shown(value),
      message:
        'ProxySQL cannot keep double quotes in admin variables: it writes them back into its database without escaping',
      remedy: 'Write the value without them',
    });
    return undefined;
  }
  if (group === 'mysql_variables' && name.toLowerCase() === 'default_authentication_plugin') {
    checkAuthenticationPlugin(draft, path, value);
  }
  checkKnown(draft, group, name, value, path);
  return { name, value: written };
}

const WANTED: { readonly [kind in VariableKind]: readonly [pattern: RegExp, message: string, remedy: string] } = {
  boolean: [
    /^(true|false|0|1)$/i,
    'true or false belongs here, and ProxySQL would make nothing of this',
    'Write true or false',
  ],
  integer: [
    /^-?\d+$/,
    'a whole number belongs here, and ProxySQL would make something else of this',
    'Write a whole number',
  ],
  string: [/^/, '', ''],
};

/** ProxySQL keeps quiet about names that it does not know and values that it cannot use. */
function checkKnown({ problems }: Draft, group: VariableGroup, name: string, value: unknown, path: string): void {
  const kind = variableKind(group, name);
  const meant = kind === undefined ? variableMeant(group, name) : undefined;
  if (meant !== undefined) {
    problems.push({
      path,
      message: 'ProxySQL has no such variable, and would ignore it',
      remedy: `Did you mean ${meant}? Rename it, or leave it out`,
    });
  }
  const [pattern, message, remedy] = WANTED[kind ?? 'string'];
  if (!pattern.test(String(value))) {
    problems.push({ path, value: shown(value), message, remedy });
  }
}

function checkAuthenticationPlugin({ version, problems }: Draft, path: string, value: unknown): void {
  if (typeof value !== 'string' || !AUTHENTICATION_PLUGINS.includes(value)) {
    problems.push({
      path,
      value: shown(value),
      message: 'ProxySQL does not know this authentication plugin and would keep its default',
      remedy: `Write one of ${AUTHENTICATION_PLUGINS.join(', ')}`,
    });
  } else if (
    value === 'caching_sha2_password' &&
    version !== undefined &&
    !hasFeature(version, 'cachingSha2Password')
  ) {
    problems.push({
      path,
      value: shown(value),
      message: 'this version of ProxySQL cannot let clients log in by caching_sha2_password',
      remedy: 'Set spec.version to 2.6.0 or later, or leave the variable out',
    });
  }
}

/** Settings with others laid over them: same names are replaced in place, new ones follow. Names are compared as ProxySQL does. */
export function overlay(settings: readonly CnfSetting[], over: readonly CnfSetting[]): CnfSetting[] {
  const values = new Map<string, CnfSetting>();
  for (const setting of [...settings, ...over]) {
    values.set(setting.name.toLowerCase(), setting);
  }
  return [...values.values()];
}

/** Settings from plain values. */
export function settingsOf(values: { readonly [name: string]: CnfValue }): CnfSetting[] {
  return Object.entries(values).map(([name, value]) => ({ name, value }));
}
