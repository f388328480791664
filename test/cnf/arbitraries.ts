import fc from 'fast-check';
import {
  type CnfDocument,
  type CnfScalar,
  type CnfSetting,
  type CnfValue,
  isCnfName,
  isCnfText,
  MAX_INTEGER,
  MIN_INTEGER,
} from '../../lib/cnf/ast';
import { type MysqlUser, type ProxySQLSpec } from '../../lib/proxysql-resource';

/** Any text that a configuration can hold, quotes, escapes and control characters among it more often than chance has it. */
export const text: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '"',
        "'",
        '\\',
        '\n',
        '\r',
        '\t',
        '\f',
        '\x01',
        '\x7f',
        '\\x00',
        '\\"',
        '#',
        '//',
        '/*',
        '*/',
        '@include "',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.string({ unit: 'grapheme', maxLength: 4 }),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''))
  .filter(isCnfText);

const name = fc
  .tuple(
    fc.constantFrom('a', 'Z', '*', 'true', 'mysql'),
    fc.string({ unit: fc.constantFrom('a', 'b', '0', '9', '-', '_', '*', 'E'), maxLength: 6 }),
  )
  .map(([first, rest]) => first + rest)
  .filter(isCnfName);

const scalars: { readonly [kind in CnfScalar['kind']]: fc.Arbitrary<CnfScalar> } = {
  string: text.map((value) => ({ kind: 'string', value })),
  integer: fc.integer({ min: MIN_INTEGER, max: MAX_INTEGER }).map((value) => ({ kind: 'integer', value })),
  float: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => ({ kind: 'float', value })),
  boolean: fc.boolean().map((value) => ({ kind: 'boolean', value })),
};

const { value } = fc.letrec<{ value: CnfValue; settings: CnfSetting[] }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.oneof(...Object.values(scalars)),
    fc.oneof(...Object.values(scalars).map((scalar) => fc.array(scalar, { maxLength: 3 }))).map((items) => ({
      kind: 'array' as const,
      items,
    })),
    fc.array(tie('value'), { maxLength: 3 }).map((items) => ({ kind: 'list' as const, items })),
    tie('settings').map((settings) => ({ kind: 'group' as const, settings })),
  ),
  settings: fc.uniqueArray(fc.record({ name, value: tie('value') }), {
    maxLength: 3,
    selector: (setting) => setting.name,
  }),
}));

/** Any configuration file. */
export const document: fc.Arbitrary<CnfDocument> = fc.uniqueArray(fc.record({ name, value }), {
  maxLength: 5,
  selector: (setting) => setting.name,
});

const flag = fc.constantFrom(0, 1);

/** A user that is accepted where TLS is required. */
export const user: fc.Arbitrary<MysqlUser> = fc.record(
  {
    username: text.filter((username) => username !== ''),
    active: flag,
    use_ssl: fc.constant(1),
    default_hostgroup: fc.nat(9),
    default_schema: text.filter((schema) => Buffer.byteLength(schema) < 30),
    max_connections: fc.nat(),
    attributes: text.map((note) => JSON.stringify({ note, spiffe_id: 'spiffe://example.org/app' })),
    comment: text,
  },
  { requiredKeys: ['username'] },
);

/** A ProxySQL that is accepted where TLS is required. */
export const spec: fc.Arbitrary<ProxySQLSpec> = fc
  .record({
    mysqlUsers: fc.uniqueArray(user, { maxLength: 4, selector: ({ username }) => username }),
    mysqlVariables: fc.record(
      {
        max_connections: fc.nat(),
        init_connect: text,
        ratio: fc.double({ noNaN: true, noDefaultInfinity: true, max: 1e9, min: 0 }),
      },
      { requiredKeys: [] },
    ),
    adminVariables: fc.record({ refresh_interval: fc.nat(), read_only: fc.boolean() }, { requiredKeys: [] }),
    mysqlQueryRules: fc
      .array(fc.record({ match_pattern: text, comment: text, apply: flag }, { requiredKeys: [] }), { maxLength: 3 })
      .map((rules) => rules.map((rule, index) => ({ ...rule, rule_id: index + 1 }))),
  })
  .map((inline) => ({
    version: '3.0.1-debian',
    // With raw fragments, any name may have a password.
    configuration: { init: { inline, secretName: 'fragments' } },
  }));
