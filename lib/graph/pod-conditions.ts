import { type Condition, describeReference } from '../kubernetes';
import { monitorSecretName } from '../names';
import { type Saying, troubleCondition } from './conditions';
import { replicaCounts, workloadReference } from './gates/workload-ready';
import { type PodReport, type ReportedServer } from './pod-report';
import { podNames, podReference } from './pods';
import { type World } from './world';

/** The condition that tells how the servers of the database look from the pods. */
export const BACKEND_CONDITION = 'BackendHealthy';
/** The condition that tells whether pods run with what is mounted, all of it. */
export const CONFIGURATION_CONDITION = 'ConfigurationInUse';
/** Conditions that come of what pods report. Each is there once something was wrong. */
export const POD_CONDITIONS: readonly string[] = [BACKEND_CONDITION, CONFIGURATION_CONDITION];

/** Something that a pod has to tell. */
interface Finding {
  readonly pod: string;
  readonly reason: string;
  /** The end of a sentence that begins with the pod. */
  readonly words: string;
}

/** How bad it is, the worst first: one pod is told of, the first of those with the worst. */
const SEVERITY: readonly string[] = ['NoServerInService', 'ServersOutOfService', 'MonitorRefused', 'ChecksFail'];
const MOST_TOLD = 3;

/**
 * What pods report, as conditions. They hold nothing back and are no matter of the phase: what is wrong there is mended elsewhere.
 *
 * @param workloadIsHeld whether the StatefulSet is not what it should be: pods that start anew would not come up, or come up as before
 */
export function podConditions(world: World, workloadIsHeld: boolean): Condition[] {
  const observed = world.find(workloadReference(world));
  if (observed.state !== 'present') {
    return [];
  }
  const { replicas, ready, rolling } = replicaCounts(observed.object);
  const names = podNames(world.proxysql, replicas);
  const reports = names.flatMap((pod) => {
    const report = world.reports?.get(pod);
    return report === undefined ? [] : [{ pod, report }];
  });
  const allKnown = reports.length === names.length;
  // Pods that are being replaced anyway, or will be, need nobody to restart them.
  const settled = !workloadIsHeld && world.waitsForTurn !== true && !rolling && ready >= replicas;
  const backends = reports.flatMap(({ pod, report }) => backendFinding(world, pod, report));
  const configurations = reports.flatMap(({ pod, report }) => configurationFinding(world, pod, report, settled));
  const allAsked = allKnown && reports.every(({ report }) => report.servers !== undefined);
  // What was wrong is over when all say so, not when nobody says anything.
  return [
    troubleCondition(world.proxysql, BACKEND_CONDITION, worstOf(world, backends), allAsked ? IN_SERVICE : undefined),
    troubleCondition(
      world.proxysql,
      CONFIGURATION_CONDITION,
      worstOf(world, configurations),
      allKnown && settled ? IN_USE : undefined,
    ),
  ].filter((condition) => condition !== undefined);
}

const IN_SERVICE = {
  reason: 'ServersInService',
  message: 'All servers of the database are in service, and pass the checks of ProxySQL.',
};
const IN_USE = { reason: 'InUse', message: 'All pods run with the configuration that is mounted, and with all of it.' };

/** The worst, and how many pods have the same to tell. */
function worstOf(world: World, findings: readonly Finding[]): Saying | undefined {
  const [worst] = [...findings].sort((a, b) => SEVERITY.indexOf(a.reason) - SEVERITY.indexOf(b.reason));
  if (worst === undefined) {
    return undefined;
  }
  const others = findings.filter(({ pod, reason }) => reason === worst.reason && pod !== worst.pod).length;
  const pod = describeReference(podReference(world.proxysql, worst.pod));
  return { reason: worst.reason, message: `${pod}${others === 0 ? '' : ` (and ${others} more)`} ${worst.words}` };
}

function backendFinding(world: World, pod: string, { servers = [] }: PodReport): Finding[] {
  const out = servers.filter(({ inService }) => !inService);
  const failing = servers.filter(({ inService, trouble }) => inService && trouble !== undefined);
  const remedy = isRefused([...out, ...failing]) ? ` ${accountRemedy(world)}` : '';
  if (out.length > 0 && out.length === servers.length) {
    const words = `has no server of the database in service, so that clients log in and no query is answered: ${listed(out)}.${remedy}`;
    return [{ pod, reason: 'NoServerInService', words }];
  }
  if (out.length > 0) {
    const words = `has ${out.length} of ${servers.length} servers of the database out of service: ${listed(out)}.${remedy}`;
    return [{ pod, reason: 'ServersOutOfService', words }];
  }
  if (failing.length > 0) {
    const reason = isRefused(failing) ? 'MonitorRefused' : 'ChecksFail';
    return [{ pod, reason, words: `cannot check servers of the database: ${listed(failing)}.${remedy}` }];
  }
  return [];
}

/** In the words of MySQL and MariaDB: logins and queries that the account may not do. */
function isRefused(servers: readonly ReportedServer[]): boolean {
  return servers.some(({ trouble }) => trouble !== undefined && /\bdenied\b/i.test(trouble));
}

function accountRemedy({ proxysql: { metadata } }: World): string {
  return `Create the account of Secret ${monitorSecretName(metadata.name)} in the database, with the privileges that its checks need.`;
}

function listed(servers: readonly ReportedServer[]): string {
  const told = servers
    .slice(0, MOST_TOLD)
    .map(({ address, trouble }) => (trouble === undefined ? address : `${address} (${trouble})`));
  const rest = servers.length - told.length;
  return [...told, ...(rest > 0 ? [`${rest} more`] : [])].join(', ');
}

function configurationFinding(
  world: World,
  pod: string,
  { gate, configuration }: PodReport,
  settled: boolean,
): Finding[] {
  const { problems, changedSinceStart } = configuration;
  // A gate that is shut tells by itself.
  if (gate.ok && problems.length > 0) {
    const words = `finds flaws in its configuration, and leaves out what it cannot use or keeps what it had: ${problems.slice(0, MOST_TOLD).join(' ')}`;
    return [{ pod, reason: 'FlawsFound', words }];
  }
  if (settled && changedSinceStart) {
    const { name, namespace } = world.proxysql.metadata;
    const flag = namespace === undefined ? '' : ` -n ${namespace}`;
    const words = `runs with what its Secrets held before they changed: kubectl rollout restart statefulset/${name}${flag}`;
    return [{ pod, reason: 'RestartNeeded', words }];
  }
  return [];
}
