import { freeForm, int32, list, object, string } from './build';
import { type JsonSchema } from './model';

function flag(description: string): JsonSchema {
  return { type: 'integer', minimum: 0, maximum: 1, description: `${description} 1 for yes, 0 for no.` };
}

const user = object(
  'A row of the table mysql_users. The password comes from a Secret, never from here.',
  {
    username: string('Name of the user.'),
    active: flag('Whether the user may log in; yes when absent.'),
    use_ssl: flag('Whether the user must connect over TLS.'),
    default_hostgroup: { type: 'integer', minimum: 0, description: 'Where queries go that no rule sends elsewhere.' },
    default_schema: string('Schema of new connections.'),
    schema_locked: flag('Reserved by ProxySQL.'),
    transaction_persistent: flag('Whether a transaction stays in the hostgroup that it began in; yes when absent.'),
    fast_forward: flag('Whether queries bypass rules, rewriting and caching.'),
    backend: flag('Whether the row is for connections to the database; yes when absent.'),
    frontend: flag('Whether the row is for connections of applications; yes when absent.'),
    max_connections: int32('Connections that the user may have at once.', { minimum: 0 }),
    attributes: string('Further attributes of the user, as JSON in a string.'),
    comment: string('A remark.'),
  },
  { required: ['username'] },
);

function inlineConfiguration(description: string): JsonSchema {
  return object(description, {
    mysqlUsers: list('Users, without their passwords.', user),
    mysqlQueryRules: {
      ...list('Query rules: rows of the table mysql_query_rules.', freeForm('A rule; its fields are the columns.')),
      'x-kubernetes-preserve-unknown-fields': true,
    },
    mysqlVariables: freeForm('MySQL variables, their names without the prefix `mysql-`.'),
    adminVariables: freeForm('Admin variables, their names without the prefix `admin-`.'),
  });
}

/** `spec.configuration`. */
export const configuration: JsonSchema = object('Configuration of ProxySQL.', {
  init: object('Configuration of the first start.', {
    inline: inlineConfiguration('The configuration, in place.'),
    secretName: string(
      'Secret with raw fragments: AdminVariables.cnf, MySQLVariables.cnf, MySQLUsers.cnf, MySQLQueryRules.cnf.',
    ),
  }),
});

/** `spec.initConfig`, the old place of `configuration.init.inline`. */
export const initConfig: JsonSchema = inlineConfiguration('Deprecated: use `configuration.init.inline`.');

/** `spec.configSecret`, the old place of `configuration.init.secretName`. */
export const configSecret: JsonSchema = object(
  'Deprecated: use `configuration.init.secretName`.',
  { name: string('Name of the Secret.', { default: '' }) },
  { 'x-kubernetes-map-type': 'atomic' },
);
