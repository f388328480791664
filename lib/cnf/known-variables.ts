import { isOneEditApart } from '../schema/suggest';
import { type VariableGroup } from './protected-variables';

/** What a variable of ProxySQL holds. */
export type VariableKind = 'boolean' | 'integer' | 'string';

/** The variables that ProxySQL 3.0.1 lists with SHOW VARIABLES, by what they hold. Other versions have a few more or less. */
const NAMES: { readonly [group in VariableGroup]: { readonly [kind in VariableKind]: string } } = {
  mysql_variables: {
    boolean: `
      autocommit_false_is_transaction autocommit_false_not_reusable automatic_detect_sqli client_session_track_gtid
      commands_stats connection_warming default_reconnect enable_client_deprecate_eof enable_load_data_local_infile
      enable_server_deprecate_eof enforce_autocommit_on_reads firewall_whitelist_enabled have_compress have_ssl
      kill_backend_connection_when_disconnect log_mysql_warnings_enabled log_unhealthy_connections monitor_enabled
      monitor_replication_lag_group_by_host monitor_wait_timeout monitor_writer_is_also_reader multiplexing
      parse_failure_logs_digest query_cache_stores_empty_result query_digests query_digests_keep_comment
      query_digests_lowercase query_digests_no_digits query_digests_normalize_digest_text query_digests_replace_null
      query_digests_track_hostname servers_stats session_idle_show_processlist sessions_sort
      stats_time_backend_query stats_time_query_processor use_tcp_keepalive verbose_query_error
    `,
    integer: `
      auditlog_filesize aurora_max_lag_ms_only_read_from_replicas auto_increment_delay_multiplex
      auto_increment_delay_multiplex_timeout_ms binlog_reader_connect_retry_msec client_host_cache_size
      client_host_error_counts connect_retries_delay connect_retries_on_failure connect_timeout_client
      connect_timeout_server connect_timeout_server_max connection_delay_multiplex_ms connection_max_age_ms
      connpoll_reset_queue_length data_packets_history_size default_max_latency_ms default_query_delay
      default_query_timeout evaluate_replication_lag_on_servers_load eventslog_default_log eventslog_filesize
      eventslog_format free_connections_pct handle_unknown_charset handle_warnings hostgroup_manager_verbose
      long_query_time max_allowed_packet max_connections max_stmts_cache max_stmts_per_connection
      max_transaction_idle_time max_transaction_time min_num_servers_lantency_awareness mirror_max_concurrency
      mirror_max_queue_length monitor_aws_rds_topology_discovery_interval monitor_connect_interval
      monitor_connect_timeout monitor_galera_healthcheck_interval monitor_galera_healthcheck_max_timeout_count
      monitor_galera_healthcheck_timeout monitor_groupreplication_healthcheck_interval
      monitor_groupreplication_healthcheck_max_timeout_count monitor_groupreplication_healthcheck_timeout
      monitor_groupreplication_max_transactions_behind_count
      monitor_groupreplication_max_transactions_behind_for_read_only monitor_history
      monitor_local_dns_cache_refresh_interval monitor_local_dns_cache_ttl monitor_local_dns_resolver_queue_maxsize
      monitor_ping_interval monitor_ping_max_failures monitor_ping_timeout monitor_query_interval
      monitor_query_timeout monitor_read_only_interval monitor_read_only_max_timeout_count monitor_read_only_timeout
      monitor_replication_lag_count monitor_replication_lag_interval monitor_replication_lag_timeout
      monitor_slave_lag_when_null monitor_threads_max monitor_threads_min monitor_threads_queue_maxsize
      ping_interval_server_msec ping_timeout_server poll_timeout poll_timeout_on_failure query_cache_handle_warnings
      query_cache_size_MB query_cache_soft_ttl_pct query_digests_grouping_limit query_digests_groups_grouping_limit
      query_digests_max_digest_length query_digests_max_query_length query_processor_iterations
      query_processor_regex query_retries_on_failure query_rules_fast_routing_algorithm reset_connection_algorithm
      server_capabilities session_idle_ms set_parser_algorithm set_query_lock_on_hostgroup show_processlist_extended
      shun_on_failures shun_recovery_time_sec stacksize tcp_keepalive_time threads threshold_query_length
      threshold_resultset_size throttle_connections_per_sec_to_hostgroup throttle_max_bytes_per_second_to_client
      throttle_ratio_server_to_client unshun_algorithm wait_timeout
    `,
    string: `
      add_ldap_user_comment auditlog_filename default_authentication_plugin default_charset
      default_collation_connection default_schema default_session_track_gtids eventslog_filename
      firewall_whitelist_errormsg init_connect interfaces keep_multiplexing_variables ldap_user_variable
      monitor_password monitor_replication_lag_use_percona_heartbeat monitor_username proxy_protocol_networks
      server_version ssl_p2s_ca ssl_p2s_capath ssl_p2s_cert ssl_p2s_cipher ssl_p2s_crl ssl_p2s_crlpath ssl_p2s_key
    `,
  },
  admin_variables: {
    boolean: `
      checksum_admin_variables checksum_ldap_variables checksum_mysql_query_rules checksum_mysql_servers
      checksum_mysql_users checksum_mysql_variables cluster_admin_variables_save_to_disk
      cluster_ldap_variables_save_to_disk cluster_mysql_query_rules_save_to_disk cluster_mysql_servers_save_to_disk
      cluster_mysql_users_save_to_disk cluster_mysql_variables_save_to_disk cluster_proxysql_servers_save_to_disk
      read_only restapi_enabled vacuum_stats web_enabled
    `,
    integer: `
      cluster_admin_variables_diffs_before_sync cluster_check_interval_ms cluster_check_status_frequency
      cluster_ldap_variables_diffs_before_sync cluster_mysql_query_rules_diffs_before_sync
      cluster_mysql_servers_diffs_before_sync cluster_mysql_servers_sync_algorithm
      cluster_mysql_users_diffs_before_sync cluster_mysql_variables_diffs_before_sync
      cluster_proxysql_servers_diffs_before_sync coredump_generation_interval_ms coredump_generation_threshold
      prometheus_memory_metrics_interval refresh_interval restapi_port stats_mysql_connection_pool
      stats_mysql_connections stats_mysql_query_cache stats_mysql_query_digest_to_disk stats_system_cpu
      stats_system_memory web_port web_verbosity
    `,
    string: `
      admin_credentials cluster_password cluster_username mysql_ifaces pgsql_ifaces ssl_keylog_file
      stats_credentials telnet_admin_ifaces telnet_stats_ifaces
    `,
  },
};

const KINDS: { readonly [group in VariableGroup]: ReadonlyMap<string, VariableKind> } = {
  admin_variables: kindsOf('admin_variables'),
  mysql_variables: kindsOf('mysql_variables'),
};

function kindsOf(group: VariableGroup): Map<string, VariableKind> {
  return new Map(
    (['boolean', 'integer', 'string'] as const).flatMap((kind) =>
      NAMES[group][kind]
        .trim()
        .split(/\s+/)
        .map((name): [string, VariableKind] => [name.toLowerCase(), kind]),
    ),
  );
}

/** What a variable holds; undefined for one that is not known. ProxySQL does not tell upper from lower case in names of variables. */
export function variableKind(group: VariableGroup, name: string): VariableKind | undefined {
  return KINDS[group].get(name.toLowerCase());
}

/** The variable that was probably meant by a name that is not known. Names of newer versions are often like those of older ones, so it takes one edit. */
export function variableMeant(group: VariableGroup, name: string): string | undefined {
  const written = name.toLowerCase();
  for (const known of KINDS[group].keys()) {
    if (isOneEditApart(written, known)) {
      return known;
    }
  }
  return undefined;
}
