import { judgeServers, type ServerTables } from '../../sidecar/backend-servers';

const DENIED = "Access denied for user 'proxysql'@'10.0.0.5' (using password: YES)";
const GONE = "Can't connect to server on 'db-1' (115)";

function tables(more: Partial<ServerTables>): ServerTables {
  return { servers: [], pings: [], clusterChecks: [], ...more };
}

test('given a cluster, then a member that is shunned as a writer is in service as a reader', () => {
  const servers = [
    ['2', 'db-0', '3306', 'ONLINE'],
    ['3', 'db-0', '3306', 'ONLINE'],
    ['2', 'db-1', '3306', 'SHUNNED'],
    ['3', 'db-1', '3306', 'ONLINE'],
  ];

  expect(judgeServers(tables({ servers }))).toEqual([
    { address: 'db-0:3306', inService: true },
    { address: 'db-1:3306', inService: true },
  ]);
});

test('given members in the hostgroup offline, where ProxySQL calls them online, then they are out of service, and the check says why', () => {
  const servers = [
    ['1', 'db-0', '3306', 'ONLINE'],
    ['1', 'db-1', '3306', 'ONLINE'],
  ];
  const pings = [
    ['db-1', '3306', ''],
    ['db-1', '3306', ''],
  ];
  const clusterChecks = [
    ['db-1', '3306', ''],
    ['db-0', '3306', ''],
    ['db-0', '3306', DENIED],
    ['db-1', '3306', GONE],
  ];

  expect(judgeServers(tables({ servers, pings, clusterChecks }))).toEqual([
    { address: 'db-0:3306', inService: false, trouble: DENIED },
    { address: 'db-1:3306', inService: false, trouble: GONE },
  ]);
});

test('given a server out of service of which no check tells why, then its ping does, or else its state', () => {
  const servers = [
    ['2', 'db-0', '3306', 'SHUNNED'],
    ['2', 'db-1', '3306', 'OFFLINE_SOFT'],
    ['3', 'db-1', '3306', 'OFFLINE_SOFT'],
  ];
  const pings = [['db-0', '3306', GONE]];

  expect(judgeServers(tables({ servers, pings }))).toEqual([
    { address: 'db-0:3306', inService: false, trouble: GONE },
    {
      address: 'db-1:3306',
      inService: false,
      trouble: 'it is OFFLINE_SOFT in hostgroup 2, OFFLINE_SOFT in hostgroup 3',
    },
  ]);
});

describe('given a server in service', () => {
  const servers = [['2', 'db-0', '3306', 'ONLINE']];

  test.each<[string, readonly string[], string | undefined]>([
    ['the only ping failed', [DENIED], DENIED],
    ['the last two pings failed', [GONE, DENIED, ''], GONE],
    ['the last ping failed, the one before did not', [GONE, '', GONE], undefined],
    ['the last ping did not fail', ['', GONE, GONE], undefined],
    ['there was no ping', [], undefined],
  ])('%s', (_, errors, trouble) => {
    const pings = errors.map((error) => ['db-0', '3306', error]);
    // Of the same host, but another server.
    const others = [['db-0', '3307', GONE]];

    expect(judgeServers(tables({ servers, pings: [...others, ...pings] }))).toEqual([
      { address: 'db-0:3306', inService: true, ...(trouble !== undefined && { trouble }) },
    ]);
  });

  test('an old error of a check of clusters says nothing', () => {
    expect(judgeServers(tables({ servers, clusterChecks: [['db-0', '3306', GONE]] }))).toEqual([
      { address: 'db-0:3306', inService: true },
    ]);
  });
});

test('given no servers, then there are none', () => {
  expect(judgeServers(tables({ pings: [['db-0', '3306', GONE]] }))).toEqual([]);
});
