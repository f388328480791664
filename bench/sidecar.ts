import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import mysql from 'mysql2/promise';
import { authority, type Issued, leaf } from '../test/sidecar/support/pki';
import { PASSWORDS, Pod } from '../test/sidecar/support/pod';
import { bundle, proxysqlPrograms, type ProxySqlProgram } from '../test/sidecar/support/programs';
import { tlsSecret } from '../test/sidecar/support/secret-mount';
import { eventually } from '../test/sidecar/support/wait';

/**
 * Measures the sidecar against the double and, where PROXYSQL_BINARY or the PATH has one, against ProxySQL itself:
 * `npx tsx bench/sidecar.ts`.
 */

const RENEWALS = 30;
const CONNECTIONS = 1000;
const SETTLE_MS = 45_000;
const IDLE_SECONDS = 20;
const PROBES = 8;
/** As kubelet does it. */
const PROBE_PERIOD_MS = 5000;
const STARTS = 7;

interface Figure {
  readonly name: string;
  readonly value: string;
  readonly goal: string;
}

async function measure(program: ProxySqlProgram): Promise<Figure[]> {
  const root = await authority('Root');
  const starts: number[] = [];
  for (let start = 0; start < STARTS; start += 1) {
    const pod = await Pod.create(program);
    pod.mountCertificate('server', tlsSecret(await leaf(root), root));
    const from = performance.now();
    pod.startSidecar();
    await pod.gateOpen();
    starts.push(performance.now() - from);
    await pod.destroy();
  }
  // As in production: the log level costs time.
  const pod = await Pod.create(program, { env: { LOG_LEVEL: 'info' } });
  pod.mountCertificate('server', tlsSecret(await leaf(root), root));
  await pod.start();
  try {
    // What comes with the start is over by then.
    await delay(SETTLE_MS);
    const pid = pod.sidecar?.pid ?? 0;
    const idle = await cpuWhile(pid, async () => await delay(IDLE_SECONDS * 1000));
    const probed = await cpuWhile(pid, async () => await probe(pod));
    const renewals = await renew(pod, root, RENEWALS);
    const load = await renewUnderLoad(pod, root);
    const rss = residentMegabytes(pid);
    const from = performance.now();
    await (await pod.get('/drain')).text();
    const drain = performance.now() - from;
    return [
      { name: 'start to gate open (median)', value: ms(median(starts)), goal: '<= 400 ms' },
      { name: 'files changed to served (median)', value: ms(median(renewals)), goal: '<= 250 ms' },
      { name: 'files changed to served (worst)', value: ms(Math.max(...renewals)), goal: '' },
      { name: 'connections during renewals', value: `${load.connections}`, goal: '>= 1000' },
      { name: 'of these failed', value: `${load.failures}`, goal: '0' },
      { name: 'renewals meanwhile', value: `${load.renewals}`, goal: '' },
      { name: 'sidecar RSS after all this', value: `${rss.toFixed(1)} MB`, goal: '<= 60 MB' },
      { name: 'sidecar CPU, idle', value: `${idle.toFixed(2)} %`, goal: '<= 0.2 %' },
      { name: 'sidecar CPU, idle but for probes', value: `${probed.toFixed(2)} %`, goal: '<= 0.2 %' },
      { name: 'drain without connections', value: ms(drain), goal: '<= 1500 ms' },
    ];
  } finally {
    await pod.destroy();
  }
}

/** How long after the kubelet's swap each certificate is served. */
async function renew(pod: Pod, root: Issued, times: number): Promise<number[]> {
  const took: number[] = [];
  for (let renewal = 0; renewal < times; renewal += 1) {
    const issued = await leaf(root);
    const from = performance.now();
    pod.mountCertificate('server', tlsSecret(issued, root));
    await eventually('it is served', async () => (await pod.presented()).leaf.fingerprint === issued.fingerprint);
    took.push(performance.now() - from);
  }
  return took;
}

async function renewUnderLoad(
  pod: Pod,
  root: Issued,
): Promise<{ connections: number; failures: number; renewals: number }> {
  let connections = 0;
  let failures = 0;
  let renewals = 0;
  const client = async (): Promise<void> => {
    while (connections + failures < CONNECTIONS) {
      try {
        const connection = await mysql.createConnection({
          host: 'localhost',
          port: pod.ports.db,
          user: 'app',
          password: PASSWORDS.app,
          ssl: { ca: root.pem, verifyIdentity: true },
        });
        await connection.query('SELECT CONNECTION_ID()');
        await connection.end();
        connections += 1;
      } catch (error) {
        failures += 1;
        console.error(error);
      }
    }
  };
  const clients = Promise.all([client(), client(), client(), client()]);
  while (connections + failures < CONNECTIONS) {
    renewals += (await renew(pod, root, 1)).length;
  }
  await clients;
  return { connections, failures, renewals };
}

/** Asks whether the pod is ready, again and again. */
async function probe(pod: Pod): Promise<void> {
  for (let count = 0; count < PROBES; count += 1) {
    await delay(PROBE_PERIOD_MS);
    await (await pod.get('/ready')).text();
  }
}

/** Share of one core, in percent, that a process takes meanwhile. */
async function cpuWhile(pid: number, meanwhile: () => Promise<void>): Promise<number> {
  const from = performance.now();
  const before = cpuSeconds(pid);
  await meanwhile();
  return ((cpuSeconds(pid) - before) / (performance.now() - from)) * 100_000;
}

function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const ticksPerSecond = 100;
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

function residentMegabytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

function ms(value: number): string {
  return `${value.toFixed(0)} ms`;
}

async function main(): Promise<void> {
  bundle('sidecar/main.ts');
  for (const program of proxysqlPrograms()) {
    console.log(`\n${program.name}`);
    console.table(await measure(program));
  }
}

void main();
