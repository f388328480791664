import { commandsFor, decidePeers, type Peer, peersFromRows, samePeers, splitConfiguration } from '../../sidecar/peers';

const peer = (hostname: string, more: Partial<Peer> = {}): Peer => ({
  hostname,
  port: 6032,
  weight: 1,
  comment: '',
  ...more,
});
const A = peer('a');
const B = peer('b');

describe('splitConfiguration', () => {
  const rest = 'mysql_variables = { threads = 4 }\n';

  it('takes the peers out', () => {
    const list = `proxysql_servers = ( { hostname = "a" port = 6032 weight = 1 }, { hostname = "b" comment = "x" } )\n`;
    const split = splitConfiguration(`${list}${rest}`);

    expect(split.peers).toEqual([A, peer('b', { weight: 0, comment: 'x' })]);
    expect(split.rest).toBe(splitConfiguration(rest).rest);
  });

  it('tells an empty list from none', () => {
    expect(splitConfiguration(`proxysql_servers = ()\n${rest}`).peers).toEqual([]);
    expect(splitConfiguration(rest).peers).toBeUndefined();
  });
});

describe('samePeers', () => {
  it.each<[string, Peer[], Peer[], boolean]>([
    ['the same', [A, B], [A, B], true],
    ['another order', [A, B], [B, A], true],
    ['one more', [A], [A, B], false],
    ['one less', [A, B], [A], false],
    ['another host', [A], [B], false],
    ['another port', [A], [peer('a', { port: 1 })], false],
    ['another weight', [A], [peer('a', { weight: 2 })], false],
    ['one named twice', [peer('a', { weight: 2 }), A], [A], true],
  ])('%s', (_, left, right, same) => {
    expect(samePeers(left, right)).toBe(same);
  });
});

describe('commandsFor', () => {
  it('replaces the table and loads it alone', () => {
    expect(commandsFor([A, B])).toEqual([
      'DELETE FROM proxysql_servers',
      "INSERT INTO proxysql_servers (hostname, port, weight, comment) VALUES ('a', 6032, 1, ''), ('b', 6032, 1, '')",
      'LOAD PROXYSQL SERVERS TO RUNTIME',
    ]);
    expect(commandsFor([])).toEqual(['DELETE FROM proxysql_servers', 'LOAD PROXYSQL SERVERS TO RUNTIME']);
  });

  it('keeps text within its quotes, and names no peer twice', () => {
    expect(commandsFor([peer('a', { weight: 9 }), peer('a', { comment: "it's" })])[1]).toMatch(
      /VALUES \('a', 6032, 1, 'it''s'\)$/,
    );
  });
});

describe('peersFromRows', () => {
  it('reads what the admin interface answers', () => {
    expect(peersFromRows([['a', '6032', '1', '']])).toEqual([A]);
  });
});

describe('decidePeers', () => {
  it.each<[string, Parameters<typeof decidePeers>[0], string]>([
    ['leaves ProxySQL alone where the configuration says nothing', { applied: false }, 'nothing'],
    [
      'leaves it alone once it went by the list',
      { wanted: [A], settled: [A], runtime: [B], applied: false },
      'nothing',
    ],
    ['looks first', { wanted: [A], applied: false }, 'look'],
    ['looks again when the list changed', { wanted: [A, B], settled: [A], applied: false }, 'look'],
    ['loads nothing that is gone by', { wanted: [A], runtime: [A], applied: false }, 'settle'],
    ['replaces other peers', { wanted: [A], runtime: [A, B], applied: false }, 'apply'],
    ['looks after that', { wanted: [A], applied: true }, 'look'],
    ['believes only what it sees', { wanted: [A], runtime: [A, B], applied: true }, 'fail'],
  ])('%s', (_, situation, step) => {
    expect(decidePeers(situation)).toBe(step);
  });
});
