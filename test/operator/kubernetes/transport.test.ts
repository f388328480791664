import { createServer as createProxy, type Server } from 'node:http';
import { createServer } from 'node:https';
import { type AddressInfo, connect as dial, type Socket } from 'node:net';
import { type Credentials, type TlsMaterial } from '../../../operator/kubernetes/connection';
import { Transport } from '../../../operator/kubernetes/transport';
import { authority, issue, type Issued, secretData } from '../../proof/certificates';
import { until } from '../../runtime/until';
import { answer, configMap, ScriptedServer } from './scripted-server';

/** How requests get to the API server. */

const ends: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const end of ends.splice(0).reverse()) {
    await end();
  }
});

async function listen(server: Server): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  ends.push(() => {
    sockets.forEach((socket) => socket.destroy());
    return new Promise((resolve) => server.close(resolve));
  });
  return (server.address() as AddressInfo).port;
}

function transportTo(server: string, credentials: () => Credentials, proxyUrl?: string): Transport {
  const transport = new Transport({
    server,
    namespace: undefined,
    proxyUrl,
    credentials: () => Promise.resolve(credentials()),
    invalidate: () => undefined,
  });
  ends.push(() => transport.close());
  return transport;
}

describe('through a proxy', () => {
  let api: ScriptedServer;
  let tunnels: string[];
  let proxyUrl: string;

  beforeEach(async () => {
    api = new ScriptedServer();
    await api.start();
    ends.push(() => api.stop());
    api.script = (_, response) => answer(response, 200, configMap('one', 1));
    tunnels = [];
    const proxy = createProxy().on('connect', ({ url = '' }, socket: Socket) => {
      tunnels.push(url);
      const { port } = new URL(`http://${url}`);
      const beyond = dial(Number(port), '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        beyond.pipe(socket).pipe(beyond);
      });
      beyond.on('error', () => socket.destroy());
      socket.on('error', () => beyond.destroy());
    });
    proxyUrl = `http://127.0.0.1:${await listen(proxy)}`;
  });

  const credentials = { headers: { authorization: 'Bearer one' }, tls: { rejectUnauthorized: true } };

  test('requests and streams arrive', async () => {
    const { server } = api.connection();
    const transport = transportTo(server, () => credentials, proxyUrl);
    expect(await transport.send({ method: 'GET', path: '/api' })).toMatchObject({ status: 200 });
    const { body } = await transport.stream({ method: 'GET', path: '/watch' });
    expect(JSON.parse(await body.text())).toEqual(configMap('one', 1));
    expect(tunnels).toEqual(Array(2).fill(new URL(server).host));
    expect(api.requests.map(({ headers }) => headers.authorization)).toEqual(['Bearer one', 'Bearer one']);
  });

  test('what must not be sent is not', async () => {
    const transport = transportTo(api.connection().server, () => credentials, proxyUrl);
    const refused = transport.send({
      method: 'DELETE',
      path: '/api',
      beforeSend: () => {
        throw new Error('not the leader');
      },
    });
    await expect(refused).rejects.toThrow('not the leader');
    expect(api.requests).toEqual([]);
  });
});

describe('over TLS', () => {
  let ca: Issued;
  let port: number;
  let connections: number;
  let hold: ((resume: () => void) => void) | undefined;

  beforeEach(async () => {
    const valid = { notBefore: Date.now() - 3_600_000, notAfter: Date.now() + 3_600_000 };
    ca = await authority(valid);
    const leaf = await issue({ ...valid, issuer: ca, dnsNames: ['api.example'] });
    const { 'tls.crt': cert, 'tls.key': key } = secretData(leaf, [], [ca]);
    connections = 0;
    hold = undefined;
    const server = createServer({ cert, key }, (_, response) => {
      const end = (): void => answer(response, 200, {});
      if (hold === undefined) {
        end();
      } else {
        hold(end);
      }
    });
    server.on('secureConnection', () => connections++);
    port = await listen(server);
  });

  const trust = (): TlsMaterial => ({
    ca: secretData(ca, [], [ca])['ca.crt'],
    serverName: 'api.example',
    rejectUnauthorized: true,
  });
  const to = (tls: () => TlsMaterial): Transport =>
    transportTo(`https://127.0.0.1:${port}`, () => ({ headers: {}, tls: tls() }));
  const get = { method: 'GET', path: '/api' } as const;

  test('the server is verified, by the name that is given', async () => {
    const [right, wrongName, noAuthority, careless] = [
      trust(),
      { ...trust(), serverName: 'another.example' },
      { ...trust(), ca: undefined },
      { rejectUnauthorized: false },
    ];
    expect((await to(() => right).send(get)).status).toBe(200);
    await expect(to(() => wrongName).send(get)).rejects.toThrow(/another\.example/);
    await expect(to(() => noAuthority).send(get)).rejects.toThrow(/certificate/);
    expect((await to(() => careless).send(get)).status).toBe(200);
  });

  test('new TLS material makes new connections, and what is under way ends in peace', async () => {
    let tls = trust();
    const transport = to(() => tls);
    await transport.send(get);
    let resume: () => void = () => undefined;
    let held = false;
    hold = (end) => {
      resume = end;
      held = true;
    };
    const underWay = transport.send(get);
    await until('the server holds it', () => held);
    const before = connections;
    hold = undefined;
    tls = trust();
    await transport.send(get);
    expect(connections).toBe(before + 1);
    resume();
    expect((await underWay).status).toBe(200);
  });

  test('closing breaks off what is under way', async () => {
    const tls = trust();
    const transport = to(() => tls);
    let held = false;
    hold = () => (held = true);
    const broken = expect(transport.send(get)).rejects.toThrow();
    await until('the server holds it', () => held);
    await transport.close();
    await broken;
  });
});
