/**
 * A group of our own in the credential-free configuration: it says what was given in typed form, so that fragments from a Secret, which are
 * added in the pod, replace defaults but not that. It is not in what ProxySQL gets to read.
 */
export const ORIGIN_GROUP = 'cdk8s_proxysql';

/** Array of the names, in lower case. */
export const INLINE_ADMIN_VARIABLES = 'inline_admin_variables';

/** Array of the names, in lower case. */
export const INLINE_MYSQL_VARIABLES = 'inline_mysql_variables';

/** Whether the query rules were given. */
export const INLINE_QUERY_RULES = 'inline_query_rules';
