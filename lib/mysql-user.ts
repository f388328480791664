/**
 * A row of ProxySQL's `mysql_users`, but for its password: that is taken from the users Secret in the pod and is never written to Git.
 */
export interface MysqlUser {
  /** Login name. */
  readonly username: string;
  /**
   * Whether the user may log in.
   *
   * @default true
   */
  readonly active?: boolean;
  /**
   * Whether a login without TLS is refused. `false` is accepted only together with `allowPlaintext` of the ProxySQL: one user without TLS
   * opens a way around TLS for the others (COM_CHANGE_USER).
   *
   * @default true
   */
  readonly requireTls?: boolean;
  /**
   * Demands a client certificate with this SPIFFE ID as URI SAN (or, after `!`, one that matches this regular expression), signed by the
   * CA of the server certificate, in addition to the password.
   *
   * @default - no client certificate is asked for
   */
  readonly spiffeId?: string;
  /**
   * Hostgroup for queries that no rule sends elsewhere.
   *
   * @default 2 - the writers
   */
  readonly defaultHostgroup?: number;
  /**
   * Schema that a session starts in.
   *
   * @default - ProxySQL's default schema
   */
  readonly defaultSchema?: string;
  /**
   * Refuses to change the schema.
   *
   * @default false
   */
  readonly schemaLocked?: boolean;
  /**
   * Keeps a transaction in the hostgroup that it began in.
   *
   * @default - ProxySQL's default: true
   */
  readonly transactionPersistent?: boolean;
  /**
   * Passes queries through without looking at them.
   *
   * @default false
   */
  readonly fastForward?: boolean;
  /**
   * Most connections that the user may have at a time.
   *
   * @default - ProxySQL's default: 10000
   */
  readonly maxConnections?: number;
  /**
   * Further attributes, as a JSON object.
   *
   * @default - none
   */
  readonly attributes?: { [name: string]: unknown };
  /**
   * A note.
   *
   * @default - none
   */
  readonly comment?: string;
}
