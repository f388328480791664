import { type CnfGroup, cnfGroup, cnfInteger, type CnfSetting } from './ast';

/** How the database servers relate; the names are KubeDB's. */
export type Topology = 'GroupReplication' | 'Galera' | 'Standalone';

export const TOPOLOGIES: readonly Topology[] = ['GroupReplication', 'Galera', 'Standalone'];

/** KubeDB's numbers of hostgroups. */
export const HOSTGROUPS = { offline: 1, writer: 2, reader: 3, backupWriter: 4 } as const;

/** The table in which ProxySQL looks up which servers write and which read; a single server needs none. */
export function hostgroupTable(topology: Topology): string | undefined {
  switch (topology) {
    case 'GroupReplication':
      return 'mysql_group_replication_hostgroups';
    case 'Galera':
      return 'mysql_galera_hostgroups';
    case 'Standalone':
      return undefined;
  }
}

/** The table's row. */
export function hostgroupRow(): CnfGroup {
  return integers({
    writer_hostgroup: HOSTGROUPS.writer,
    backup_writer_hostgroup: HOSTGROUPS.backupWriter,
    reader_hostgroup: HOSTGROUPS.reader,
    offline_hostgroup: HOSTGROUPS.offline,
    active: 1,
    max_writers: 1,
    writer_is_also_reader: 1,
    max_transactions_behind: 0,
  });
}

function integers(values: { readonly [name: string]: number }): CnfGroup {
  return cnfGroup(Object.entries(values).map(([name, value]): CnfSetting => ({ name, value: cnfInteger(value) })));
}
