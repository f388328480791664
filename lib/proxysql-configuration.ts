import { type MysqlUser } from './mysql-user';

/** What ProxySQL starts with, beyond what is derived from the backend. */
export interface ProxySQLConfiguration {
  /**
   * Users. Their passwords (or password hashes) come from the Secret `<name>-users`, one key per user name.
   *
   * @default - none
   */
  readonly users?: MysqlUser[];
  /**
   * Rows of `mysql_query_rules`, by column names.
   *
   * @default - SELECT ... FOR UPDATE to the writers, other SELECTs to the readers, everything else to the writers
   */
  readonly queryRules?: { [column: string]: unknown }[];
  /**
   * MySQL variables without their `mysql-` prefix. Those that the pod or TLS depend on are refused.
   *
   * @default - none beyond the defaults
   */
  readonly mysqlVariables?: { [name: string]: unknown };
  /**
   * Admin variables without their `admin-` prefix. Those that hold credentials or listeners are refused.
   *
   * @default - none beyond the defaults
   */
  readonly adminVariables?: { [name: string]: unknown };
  /**
   * Secret with raw fragments of configuration under the keys `AdminVariables.cnf`, `MySQLVariables.cnf`, `MySQLUsers.cnf` and
   * `MySQLQueryRules.cnf`. What is given here in typed form wins.
   *
   * @default - none
   */
  readonly secretName?: string;
}
