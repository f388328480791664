import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Writable } from 'node:stream';
import { parse } from 'yaml';

import { Operator, type OperatorOverrides } from '../../operator/operator';
import { readSettings } from '../../operator/settings';
import { createLogger } from '../../runtime/logger';
import { ApiClient } from './harness/api-client';
import { testEnvironment } from './harness/environment';
import { condition, isTrue, type KubeObject, ref } from './harness/kube-object';
import { readKubeconfig } from './harness/kubeconfig';
import { type TestNamespace } from './harness/test-namespace';
import { CertificateAuthority, type CertificateWish } from './tools/certificate-maker';

/** What tests of the operator on a real control plane have in common. */

export const PROXYSQL = 'kubedb.com/v1';
export const CERT_MANAGER = 'cert-manager.io/v1';
const crdFolder = resolve(__dirname, '..', '..', 'crds');

/** Installs the definitions of this package, where they are not there yet. */
export async function installDefinitions(admin: ApiClient): Promise<void> {
  for (const file of readdirSync(crdFolder)) {
    const definition = parse(readFileSync(join(crdFolder, file), 'utf8')) as KubeObject;
    await admin.apply(definition);
    await admin.until(definition, (seen) => isTrue(seen, 'Established'));
  }
}

/** Before all tests of a file: the definitions, on whatever cluster the tests run on. */
export async function requireDefinitions(): Promise<void> {
  const environment = testEnvironment();
  if (environment !== undefined) {
    const admin = new ApiClient(readKubeconfig(environment.kubeconfig));
    await installDefinitions(admin);
    admin.close();
  }
}

/** Creates objects one after the other. */
export async function createAll(admin: ApiClient, objects: readonly KubeObject[]): Promise<void> {
  for (const object of objects) {
    await admin.create(object);
  }
}

/** Lets no pod be made in the namespace: for tests that make many workloads and look at no pods, on a cluster with a node. */
export async function forbidPods(admin: ApiClient): Promise<void> {
  const quota: KubeObject = {
    apiVersion: 'v1',
    kind: 'ResourceQuota',
    metadata: { name: 'no-pods' },
    spec: { hard: { pods: '0' } },
  };
  await admin.create(quota);
  // Until it is known what is used already, nothing is refused.
  await admin.until(quota, (seen) => (seen?.status as { hard?: object } | undefined)?.hard !== undefined);
}

/** Pods of this kind are taken by no node: for tests in which a double stands in for nodes. */
export const NO_NODE = { podTemplate: { spec: { nodeSelector: { 'kubernetes.io/hostname': 'none' } } } };

/** An operator of a test, and what it said. */
export interface RunningOperator {
  readonly operator: Operator;
  readonly log: readonly string[];
  stop(): Promise<void>;
}

/** How a test's operator is to differ. */
export interface StartOptions {
  readonly flags?: readonly string[];
  readonly overrides?: OperatorOverrides;
}

/** Runs an operator that serves the namespace. */
export async function startOperator(
  namespace: TestNamespace,
  kubeconfig: string,
  { flags = [], overrides = {} }: StartOptions = {},
): Promise<RunningOperator> {
  const log: string[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      log.push(chunk.toString());
      done();
    },
  });
  const defaults = ['--leader-election=off', '--health-port=0', '--log-level=debug', `--namespaces=${namespace.name}`];
  const settings = readSettings([`--kubeconfig=${kubeconfig}`, ...defaults, ...flags], {});
  const logger = createLogger({ name: 'operator', level: 'debug', destination });
  const operator = new Operator(settings, { logger, userAgent: `operator-${namespace.name}`, ...overrides });
  await operator.start();
  let stopping: Promise<void> | undefined;
  return { operator, log, stop: () => (stopping ??= operator.stop()) };
}

/** Runs something with an operator, and prints the operator's log when it fails. */
export async function withOperator(
  namespace: TestNamespace,
  kubeconfig: string,
  run: (running: RunningOperator) => Promise<void>,
  options: StartOptions = {},
): Promise<void> {
  const running = await startOperator(namespace, kubeconfig, options);
  try {
    await run(running);
  } catch (error) {
    process.stderr.write(`The operator's log:\n${running.log.slice(-60).join('')}`);
    throw error;
  } finally {
    await running.stop();
  }
}

/** An Issuer with a CA of its own, and the Secret of that CA. */
export async function caIssuer(name = 'ca'): Promise<KubeObject[]> {
  const { certificate, key } = await CertificateAuthority.root({ commonName: 'test root' });
  return [
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: `${name}-key` },
      type: 'kubernetes.io/tls',
      stringData: { 'tls.crt': certificate, 'tls.key': key },
    },
    { apiVersion: CERT_MANAGER, kind: 'Issuer', metadata: { name }, spec: { ca: { secretName: `${name}-key` } } },
  ];
}

/** A database that nobody asks for. */
export function appBinding(name = 'mysql'): KubeObject {
  return {
    apiVersion: 'appcatalog.appscode.com/v1alpha1',
    kind: 'AppBinding',
    metadata: { name },
    spec: {
      type: 'mysql',
      version: '8.4.0',
      clientConfig: { service: { scheme: 'mysql', name: 'mysql', port: 3306 } },
      secret: { name: 'mysql-auth' },
    },
  };
}

/** A ProxySQL with TLS by the issuer. */
export function proxysql(name = 'proxy', spec: Record<string, unknown> = {}, metadata: object = {}): KubeObject {
  return {
    apiVersion: PROXYSQL,
    kind: 'ProxySQL',
    metadata: { name, ...metadata },
    spec: {
      version: '2.7.3',
      replicas: 1,
      backend: { name: 'mysql' },
      tls: { issuerRef: { apiGroup: 'cert-manager.io', kind: 'Issuer', name: 'ca' } },
      deletionPolicy: 'Delete',
      ...spec,
    },
  };
}

/** The ProxySQL of that name. */
export function proxysqlRef(name = 'proxy') {
  return ref(PROXYSQL, 'ProxySQL', name);
}

/** The StatefulSet of that name. */
export function workloadRef(name = 'proxy') {
  return ref('apps/v1', 'StatefulSet', name);
}

/** For waiting until an object is there. */
export function isThere(object: KubeObject | undefined): boolean {
  return object !== undefined;
}

/** A function that tells whether a condition is False for the reason. */
export function isHeld(type: string, reason: string): (object: KubeObject | undefined) => boolean {
  return (object) => {
    const found = condition(object, type);
    return found?.status === 'False' && found.reason === reason;
  };
}

/** Creates issuer, AppBinding and ProxySQL, and waits for the StatefulSet. */
export async function createReady(admin: ApiClient, resource: KubeObject = proxysql()): Promise<KubeObject> {
  await createAll(admin, [...(await caIssuer()), appBinding(), resource]);
  return (await admin.until(workloadRef(resource.metadata.name), isThere)) as KubeObject;
}

/** An issuer of a group that nothing in the cluster signs for, so that tests decide what is in the TLS Secrets. */
export const NOBODY = { apiGroup: 'issuers.test', kind: 'Issuer', name: 'nobody' };

interface CertificateObject extends KubeObject {
  spec: { commonName?: string; dnsNames?: string[]; ipAddresses?: string[]; secretName: string };
}

/** What a certificate must say to be what a Certificate asks for. */
export async function wishOf(admin: ApiClient, alias: 'server' | 'client', name = 'proxy'): Promise<CertificateWish> {
  const wanted = ref(CERT_MANAGER, 'Certificate', `${name}-${alias}-cert`);
  const { spec } = (await admin.until<CertificateObject>(wanted, isThere)) as CertificateObject;
  return { commonName: spec.commonName, dnsNames: spec.dnsNames, ipAddresses: spec.ipAddresses };
}

/** A TLS Secret as cert-manager would write it for the issuer that is nobody. */
export function tlsSecret(alias: 'server' | 'client', data: Record<string, string>, name = 'proxy'): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    type: 'kubernetes.io/tls',
    metadata: {
      name: `${name}-${alias}-cert`,
      labels: { 'app.kubernetes.io/managed-by': 'kubedb.com', 'app.kubernetes.io/instance': name },
      annotations: {
        'cert-manager.io/issuer-name': NOBODY.name,
        'cert-manager.io/issuer-kind': NOBODY.kind,
        'cert-manager.io/issuer-group': NOBODY.apiGroup,
      },
    },
    data,
  };
}
