import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLogger } from '../../runtime/logger';
import { AdminCommandError, AdminLoginRefusedError, AdminUnavailableError } from '../../runtime/mysql/admin';
import { CertificateKeeper } from '../../sidecar/certificate-keeper';
import { Generations } from '../../sidecar/generations';
import { CertificateMount } from '../../sidecar/inspect';
import { type LoadedCertificates, loadCertificates } from '../double/certificate-files';
import { Connection } from '../double/connection';
import { FakeClock, settle } from '../runtime/fake-clock';
import { authority, type Issued, leaf } from './support/pki';
import { mountSecret, tlsSecret } from './support/secret-mount';

/** A ProxySQL in this process, which a test tells how to go wrong. */
class Server {
  loaded: LoadedCertificates | undefined;
  connections = 0;
  reload: () => void = () => this.load();
  private readonly listener: net.Server;

  constructor(private readonly dataDir: string) {
    this.listener = net.createServer((socket) => {
      this.connections += 1;
      const port = {
        serverVersion: '8.0.11',
        plugin: 'mysql_native_password' as const,
        tls: () => this.loaded,
        findUser: () => undefined,
        answer: () => ({ ok: true as const }),
      };
      new Connection(socket, port, 1).run().catch(() => socket.destroy());
    });
  }

  async listen(port = 0): Promise<number> {
    await new Promise<void>((resolve) => this.listener.listen(port, '127.0.0.1', resolve));
    return (this.listener.address() as net.AddressInfo).port;
  }

  load(): void {
    this.loaded = loadCertificates(this.dataDir);
  }

  async reloadTls(): Promise<void> {
    this.reload();
    await Promise.resolve();
  }

  close(): void {
    this.listener.close();
  }
}

describe('CertificateKeeper', () => {
  let folder: string;
  let root: Issued;
  let good: Issued;
  let renewed: Issued;
  let server: Server;
  let clock: FakeClock;
  let keeper: CertificateKeeper;
  let port: number;
  let unreadable: Error | undefined;
  let inspected: () => void;

  beforeAll(async () => {
    root = await authority('Root');
    good = await leaf(root);
    renewed = await leaf(root);
  });

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'keeper-'));
    mkdirSync(path.join(folder, 'data'));
    mount(good);
    clock = new FakeClock(Date.now());
    server = new Server(path.join(folder, 'data'));
    port = await server.listen();
    keeper = newKeeper();
    await keeper.start();
    server.load();
    await keeper.look();
    expect(keeper.truth()).toMatchObject({ servedIsMounted: true, reloads: 0 });
  });

  afterEach(async () => {
    await keeper.stop();
    expect(clock.timers).toBe(0);
    server.close();
    rmSync(folder, { recursive: true });
  });

  function newGenerations(): Generations {
    return new Generations(path.join(folder, 'tls'), path.join(folder, 'data'));
  }

  function newKeeper(generations = newGenerations()): CertificateKeeper {
    const mounted = new CertificateMount(path.join(folder, 'server'), 'server', {});
    const inspect = mounted.inspect.bind(mounted);
    unreadable = undefined;
    inspected = () => undefined;
    mounted.inspect = async (now) => {
      inspected();
      return await (unreadable === undefined ? inspect(now) : Promise.reject(unreadable));
    };
    return new CertificateKeeper(
      {
        server: mounted,
        generations,
        admin: server,
        port,
        overlapMs: 3_600_000,
        safetyIntervalMs: 300_000,
        clock,
        random: () => 1,
        logger: createLogger({ name: 'test', level: 'silent' }),
      },
      () => undefined,
    );
  }

  function mount(issued: Issued, by: Issued = root): void {
    mountSecret(path.join(folder, 'server'), tlsSecret(issued, by));
  }

  function fingerprintOnDisk(): string {
    const pem = readFileSync(path.join(folder, 'data', 'proxysql-cert.pem'));
    return new X509Certificate(pem).fingerprint256.replaceAll(':', '').toLowerCase();
  }

  /** Lets time pass, and what it sets off come to its end. */
  async function pass(ms: number): Promise<void> {
    const end = clock.now() + ms;
    for (let due = clock.nextAt; due !== undefined && due <= end; due = clock.nextAt) {
      await clock.advance(due - clock.now());
      await keeper.look();
    }
    await clock.advance(end - clock.now());
    await keeper.look();
  }

  it.each<[string, string, () => void]>([
    ['says that it reloaded and goes on with the old one', 'NotTakenOver', () => undefined],
    [
      'reloads and serves something else',
      'NotTakenOver',
      () => {
        const wanted = fingerprintOnDisk();
        server.load();
        if (wanted === renewed.fingerprint) {
          server.loaded = stranger;
        }
      },
    ],
    [
      'refuses the new one',
      'ReloadRefused',
      () => {
        if (fingerprintOnDisk() === renewed.fingerprint) {
          throw new AdminCommandError('Unable to use SSL key');
        }
        server.load();
      },
    ],
  ])('goes back to the last good set when ProxySQL %s, and tries again', async (_, reason, reload) => {
    await prepareStranger();
    server.reload = reload;
    mount(renewed);
    await keeper.mountsChanged();

    const failedAt = clock.now();
    expect(fingerprintOnDisk()).toBe(good.fingerprint);
    expect(keeper.truth()).toMatchObject({
      installed: { leaf: good.fingerprint },
      served: { fingerprint: good.fingerprint },
      servedIsInstalled: true,
      servedIsMounted: false,
      reloadFailures: 1,
      trouble: { reason, at: failedAt, retryAt: failedAt + 1000 },
    });

    // Once more in vain: the wait doubles.
    await pass(1000);
    expect(fingerprintOnDisk()).toBe(good.fingerprint);
    expect(keeper.truth()).toMatchObject({ reloadFailures: 2, trouble: { retryAt: failedAt + 3000 } });

    server.reload = () => server.load();
    await pass(1999);
    expect(fingerprintOnDisk()).toBe(good.fingerprint);
    await pass(1);
    expect(fingerprintOnDisk()).toBe(renewed.fingerprint);
    expect(keeper.truth()).toMatchObject({ served: { fingerprint: renewed.fingerprint }, servedIsMounted: true });
    expect(keeper.truth().trouble).toBeUndefined();
  });

  it('removes the set before once the new one is served, and tells since when that is', async () => {
    const { served: before, installed } = keeper.truth();
    await clock.advance(1000);
    await keeper.look();
    expect(keeper.truth().served).toEqual({ ...before, seenAt: clock.now() });
    expect(existsSync(path.join(folder, 'tls', installed?.id ?? ''))).toBe(true);

    mount(renewed);
    await keeper.mountsChanged();

    expect(keeper.truth().served).toMatchObject({ fingerprint: renewed.fingerprint, since: clock.now() });
    const kept = [keeper.truth().installed?.id, 'current', 'notes.json'];
    expect(readdirSync(path.join(folder, 'tls')).sort()).toEqual(kept.sort());
  });

  it('keeps the set before where a restart of ProxySQL would find nothing else that is good', async () => {
    server.reload = () => undefined;
    const { installed } = keeper.truth();
    mount(renewed);

    await keeper.mountsChanged();

    expect(existsSync(path.join(folder, 'tls', installed?.id ?? ''))).toBe(true);
    expect(fingerprintOnDisk()).toBe(good.fingerprint);
  });

  it('changes nothing while it drains, and makes up for it afterwards', async () => {
    await keeper.setDraining(true);
    expect(keeper.truth()).toMatchObject({ servedIsInstalled: false });
    mount(renewed);
    await keeper.mountsChanged();
    const { connections } = server;
    await pass(600_000);
    expect(fingerprintOnDisk()).toBe(good.fingerprint);
    expect(server.connections).toBe(connections);

    await keeper.setDraining(false);

    expect(keeper.truth()).toMatchObject({ served: { fingerprint: renewed.fingerprint }, servedIsMounted: true });
  });

  it('makes the links that a crash kept it from, though what is mounted by then is refused', async () => {
    await keeper.stop();
    rmSync(path.join(folder, 'data', 'proxysql-cert.pem'));
    mountSecret(path.join(folder, 'server'), { ...tlsSecret(renewed, root), 'tls.key': root.keyPem });

    keeper = newKeeper();
    await keeper.start();
    await keeper.look();

    expect(fingerprintOnDisk()).toBe(good.fingerprint);
    expect(keeper.truth()).toMatchObject({
      mounted: { proven: false, reason: 'KeyMismatch' },
      servedIsInstalled: true,
      servedIsMounted: false,
      reloads: 0,
    });
  });

  it('does not vouch for what is mounted while ProxySQL refuses a changed set of authorities', async () => {
    const other = await authority('Other root');
    server.reload = () => {
      throw new AdminCommandError('Unable to use SSL CA');
    };
    const { 'ca.crt': ca = '', ...same } = tlsSecret(good, root);
    mountSecret(path.join(folder, 'server'), { ...same, 'ca.crt': ca + other.pem });
    await keeper.mountsChanged();
    const refused = { served: { fingerprint: good.fingerprint }, servedIsInstalled: true, servedIsMounted: false };
    expect(keeper.truth()).toMatchObject(refused);
    await pass(5000);
    expect(keeper.truth()).toMatchObject(refused);

    server.reload = () => server.load();
    await pass(300_000);
    expect(keeper.truth()).toMatchObject({ served: { fingerprint: good.fingerprint }, servedIsMounted: true });
  });

  it('does not vouch for it either while ProxySQL cannot be told of that set', async () => {
    const other = await authority('Other root');
    server.reload = () => {
      throw new AdminUnavailableError('connect ECONNREFUSED');
    };
    const { 'ca.crt': ca = '', ...same } = tlsSecret(good, root);
    mountSecret(path.join(folder, 'server'), { ...same, 'ca.crt': ca + other.pem });

    await keeper.mountsChanged();
    await keeper.look();

    expect(keeper.truth()).toMatchObject({ servedIsInstalled: true, servedIsMounted: false });
  });

  it('goes back to the last good set after a crash too', async () => {
    server.reload = () => {
      throw new AdminUnavailableError('connect ECONNREFUSED');
    };
    mount(renewed);
    await keeper.mountsChanged();
    expect(fingerprintOnDisk()).toBe(renewed.fingerprint);
    await keeper.stop();
    server.reload = () => {
      throw new AdminCommandError('Unable to use SSL key');
    };

    keeper = newKeeper();
    await keeper.start();
    await keeper.look();

    expect(fingerprintOnDisk()).toBe(good.fingerprint);
    expect(keeper.truth()).toMatchObject({ servedIsInstalled: true, trouble: { reason: 'ReloadRefused' } });
  });

  it('does not reload after a crash what ProxySQL has loaded already', async () => {
    mount(renewed);
    await keeper.mountsChanged();
    expect(keeper.truth().reloads).toBe(1);
    await keeper.stop();

    keeper = newKeeper();
    await keeper.start();
    await keeper.look();

    expect(keeper.truth()).toMatchObject({ servedIsMounted: true, reloads: 0 });
  });

  it('forgets that a set was refused, and that this was wrong, once another one is wanted', async () => {
    server.reload = () => {
      throw new AdminCommandError('Unable to use SSL key');
    };
    mount(renewed);
    await keeper.mountsChanged();
    await pass(60_000);
    mount(good);
    await keeper.mountsChanged();
    expect(keeper.truth()).toMatchObject({ servedIsMounted: true });
    expect(keeper.truth().trouble).toBeUndefined();

    server.reload = () => server.load();
    mount(renewed);
    await keeper.mountsChanged();

    expect(keeper.truth()).toMatchObject({ served: { fingerprint: renewed.fingerprint }, servedIsMounted: true });
  });

  it('serves a certificate as soon as it is valid, and forgets an authority as soon as it is no longer needed', async () => {
    const other = await authority('Other root');
    mount(await leaf(other, { notBefore: new Date(Math.floor(clock.now() / 1000) * 1000 + 100_000) }), other);
    await keeper.mountsChanged();
    const early = keeper.truth().mounted;
    expect(early).toMatchObject({ proven: false, reason: 'NotYetValid' });
    await pass(89_000);
    expect(keeper.truth().mounted).toEqual(early);
    await pass(1000);
    expect(keeper.truth()).toMatchObject({ servedIsMounted: true, formerAuthorities: 1 });

    const end = clock.now() + 3_600_000;
    await pass(100_000);
    // Nothing else is due at its end.
    await keeper.mountsChanged();
    await pass(end - clock.now() - 1000);
    expect(keeper.truth().formerAuthorities).toBe(1);
    await pass(1000);
    expect(keeper.truth().formerAuthorities).toBe(0);
  });

  it('tries again though nothing good was ever served, and counts each failure once', async () => {
    await prepareStranger();
    await keeper.stop();
    rmSync(path.join(folder, 'tls'), { recursive: true });
    server.loaded = stranger;
    server.reload = () => undefined;
    keeper = newKeeper();
    await keeper.start();
    await keeper.look();
    await keeper.look();
    expect(keeper.truth()).toMatchObject({ reloadFailures: 1, trouble: { reason: 'NotTakenOver' } });

    server.reload = () => server.load();
    await clock.advance(1000);
    await keeper.look();
    expect(keeper.truth()).toMatchObject({ servedIsMounted: true, reloads: 2 });
    expect(keeper.truth().trouble).toBeUndefined();
  });

  it('leaves the new set where it is while ProxySQL cannot be told, and tells when that takes long', async () => {
    server.reload = () => {
      throw new AdminUnavailableError('connect ECONNREFUSED');
    };
    mount(renewed);
    await keeper.mountsChanged();
    expect(keeper.truth().trouble).toBeUndefined();
    // The pod stays in service with what it has.
    expect(keeper.truth()).toMatchObject({ servedIsInstalled: true, servedIsMounted: false });
    for (let attempt = 0; attempt < 5; attempt += 1) {
      await pass(2000);
    }

    expect(fingerprintOnDisk()).toBe(renewed.fingerprint);
    expect(keeper.truth()).toMatchObject({ reloadFailures: 0, trouble: { reason: 'AdminUnavailable' } });
    server.reload = () => server.load();
    await pass(2000);
    expect(keeper.truth()).toMatchObject({ servedIsMounted: true, reloads: 1 });
    expect(keeper.truth().trouble).toBeUndefined();
  });

  it('asks a ProxySQL that lets nobody in less and less often', async () => {
    let asked = 0;
    server.reload = () => {
      asked += 1;
      throw new AdminLoginRefusedError("Access denied for user 'cluster'");
    };
    mount(renewed);
    await keeper.mountsChanged();
    // As often as probes come: a handshake is made each time.
    for (let second = 0; second < 600; second += 5) {
      await pass(5000);
    }

    expect(asked).toBeLessThan(15);
    expect(fingerprintOnDisk()).toBe(renewed.fingerprint);
    expect(keeper.truth()).toMatchObject({ reloadFailures: 0, trouble: { reason: 'AdminUnavailable' } });
  });

  it('remembers a former authority when it is started again, and forgets it after the overlap', async () => {
    const other = await authority('Other root');
    mount(await leaf(other), other);
    await keeper.mountsChanged();
    expect(keeper.truth().formerAuthorities).toBe(1);
    await keeper.stop();

    keeper = newKeeper();
    await keeper.start();
    await keeper.look();
    expect(keeper.truth()).toMatchObject({ formerAuthorities: 1, servedIsMounted: true });
    await pass(3_599_999);
    expect(keeper.truth().formerAuthorities).toBe(1);
    await pass(1);
    expect(keeper.truth().formerAuthorities).toBe(0);
  });

  it('trusts a former authority for the overlap and no longer though the clock was set back', async () => {
    const other = await authority('Other root');
    mount(await leaf(other), other);
    await keeper.mountsChanged();
    clock.freeze(-1_800_000);
    await keeper.mountsChanged();

    await pass(3_599_999);
    expect(keeper.truth().formerAuthorities).toBe(1);
    await pass(1);
    expect(keeper.truth().formerAuthorities).toBe(0);
  });

  it('looks soon for a ProxySQL that has gone, less and less often, and soon again when it was there meanwhile', async () => {
    const waits = async (): Promise<number[]> => {
      const list: number[] = [];
      server.close();
      for (let miss = 0; miss < 3; miss += 1) {
        await keeper.look();
        list.push((clock.nextAt ?? 0) - clock.now());
      }
      return list;
    };
    expect(await waits()).toEqual([25, 50, 100]);

    await server.listen(port);
    await pass(100);
    expect(keeper.truth().servedIsMounted).toBe(true);
    expect(await waits()).toEqual([25, 50, 100]);
  });

  it('looks at no file before it knows what was there before a crash', async () => {
    await keeper.stop();
    const generations = newGenerations();
    const load = generations.load.bind(generations);
    const order: string[] = [];
    generations.load = async () => {
      await settle();
      const state = await load();
      order.push('known');
      return state;
    };
    keeper = newKeeper(generations);
    inspected = () => order.push('looked at');

    const started = keeper.start();
    await Promise.all([keeper.mountsChanged(), started]);

    expect(order).toEqual(['known', 'looked at', 'looked at']);
  });

  it('looks once for all who ask while it is busy', async () => {
    let reloaded = (): void => undefined;
    const busy = new Promise<void>((resolve) => (reloaded = resolve));
    jest.spyOn(server, 'reloadTls').mockImplementation(async () => {
      await busy;
      server.load();
    });
    mount(renewed);
    const change = keeper.mountsChanged();
    const before = server.connections;

    const looks = Array.from({ length: 100 }, async () => await keeper.look());
    reloaded();
    await Promise.all([change, ...looks]);

    expect(keeper.truth().served?.fingerprint).toBe(renewed.fingerprint);
    // One after the reload, and one for those who asked.
    expect(server.connections - before).toBe(2);
    await keeper.look();
    expect(server.connections - before).toBe(3);
  });

  /** Lets time pass as it does in a cluster, where a probe makes the keeper look every five seconds. */
  async function passProbed(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 5000) {
      await pass(5000);
    }
  }

  it('finds what no event told it after the safety interval, however often it is probed', async () => {
    mount(renewed);

    await passProbed(295_000);
    expect(keeper.truth().served?.fingerprint).toBe(good.fingerprint);
    await passProbed(5000);
    expect(keeper.truth()).toMatchObject({ served: { fingerprint: renewed.fingerprint }, servedIsMounted: true });

    // And again, as long as it lives.
    mount(good);
    await passProbed(300_000);
    expect(keeper.truth()).toMatchObject({ served: { fingerprint: good.fingerprint }, servedIsMounted: true });
  });

  it('finds it in time though the clock was set back', async () => {
    mount(renewed);
    clock.freeze(-1_800_000);
    await keeper.look();

    await passProbed(300_000);

    expect(keeper.truth().served?.fingerprint).toBe(renewed.fingerprint);
  });

  it('tries a set again in time that ProxySQL refused before the clock was set back', async () => {
    server.reload = () => {
      throw new AdminCommandError('Unable to use SSL key');
    };
    mount(renewed);
    await keeper.mountsChanged();
    server.reload = () => server.load();
    clock.freeze(-1_800_000);

    await passProbed(300_000);

    expect(keeper.truth()).toMatchObject({ served: { fingerprint: renewed.fingerprint }, servedIsMounted: true });
  });

  it('tries again in time what failed before the clock was set back', async () => {
    mount(renewed);
    unreadable = new Error('EMFILE: too many open files');
    await keeper.mountsChanged();
    unreadable = undefined;
    clock.freeze(-1_800_000);
    await keeper.look();

    await passProbed(300_000);

    expect(keeper.truth().served?.fingerprint).toBe(renewed.fingerprint);
    expect(keeper.truth().trouble).toBeUndefined();
  });

  it('tries again to read what it could not, though it is probed meanwhile, and tells it until then', async () => {
    mount(renewed);
    unreadable = new Error('EMFILE: too many open files');
    const failedAt = clock.now();
    await keeper.mountsChanged();

    await pass(500);
    await keeper.mountsChanged();
    expect(keeper.truth()).toMatchObject({
      served: { fingerprint: good.fingerprint },
      trouble: { reason: 'InstallFailed', message: 'EMFILE: too many open files', retryAt: failedAt + 1000 },
    });
    await pass(500);
    expect(keeper.truth().trouble).toMatchObject({ at: failedAt + 1000, retryAt: failedAt + 3000 });

    unreadable = undefined;
    await pass(1999);
    expect(keeper.truth().served?.fingerprint).toBe(good.fingerprint);
    await pass(1);
    expect(keeper.truth()).toMatchObject({ served: { fingerprint: renewed.fingerprint }, servedIsMounted: true });
    expect(keeper.truth().trouble).toBeUndefined();
  });

  it('does not spin while what is due cannot be read', async () => {
    unreadable = new Error('EIO: i/o error');
    await passProbed(600_000);

    expect(keeper.truth().trouble).toMatchObject({ reason: 'InstallFailed', message: 'EIO: i/o error' });
    expect((clock.nextAt ?? 0) - clock.now()).toBeGreaterThan(1000);
  });

  let stranger: LoadedCertificates;

  async function prepareStranger(): Promise<void> {
    const issued = await leaf(root);
    const directory = path.join(folder, 'stranger');
    mkdirSync(directory);
    writeFileSync(path.join(directory, 'proxysql-cert.pem'), issued.pem);
    writeFileSync(path.join(directory, 'proxysql-key.pem'), issued.keyPem);
    writeFileSync(path.join(directory, 'proxysql-ca.pem'), root.pem);
    stranger = loadCertificates(directory);
  }
});
