import { type Answer } from './connection';
import { type PeerRow } from './settings';

const COLUMNS = ['hostname', 'port', 'weight', 'comment'];
const ROW = String.raw`\(\s*'((?:[^']|'')*)'\s*,\s*(\d+)\s*,\s*(\d+)\s*,\s*'((?:[^']|'')*)'\s*\)`;
const INSERT = new RegExp(
  String.raw`^INSERT INTO proxysql_servers ?\(hostname, ?port, ?weight, ?comment\) VALUES ((?:${ROW}(?:, )?)+)$`,
  'i',
);

/** The table proxysql_servers in its two layers: what is edited, and what is gone by once it was loaded. */
export class PeersTable {
  private memory: Map<string, PeerRow>;
  private runtime: readonly PeerRow[];

  constructor(rows: readonly PeerRow[]) {
    this.memory = new Map(rows.map((row) => [keyOf(row), row]));
    this.runtime = [...this.memory.values()];
  }

  /** Undefined for what is about something else. */
  answer(sql: string): Answer | undefined {
    const text = sql.trim().replace(/;$/, '');
    if (/^DELETE FROM proxysql_servers$/i.test(text)) {
      this.memory.clear();
      return { ok: true };
    }
    if (/^LOAD PROXYSQL SERVERS TO RUN(TIME)?$/i.test(text)) {
      this.runtime = [...this.memory.values()];
      return { ok: true };
    }
    const layer = /^SELECT hostname, ?port, ?weight, ?comment FROM (runtime_)?proxysql_servers$/i.exec(text);
    if (layer !== null) {
      return { columns: COLUMNS, rows: layer[1] === undefined ? [...this.memory.values()] : this.runtime };
    }
    const values = INSERT.exec(text)?.[1];
    return values === undefined ? undefined : this.insert(values);
  }

  private insert(values: string): Answer {
    const rows = [...values.matchAll(new RegExp(ROW, 'g'))].map(
      ([, hostname = '', port = '', weight = '', comment = '']): PeerRow => [
        hostname.replaceAll("''", "'"),
        port,
        weight,
        comment.replaceAll("''", "'"),
      ],
    );
    const known = new Set(this.memory.keys());
    for (const row of rows) {
      if (known.has(keyOf(row))) {
        return { error: 'UNIQUE constraint failed: proxysql_servers.hostname, proxysql_servers.port' };
      }
      known.add(keyOf(row));
    }
    rows.forEach((row) => this.memory.set(keyOf(row), row));
    return { ok: true };
  }
}

function keyOf([hostname, port]: PeerRow): string {
  return `${hostname}:${port}`;
}
