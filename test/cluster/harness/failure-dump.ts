import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

import { logTail } from '../driver/log-tail';
import { type ApiClient } from './api-client';
import { type KubeObject } from './kube-object';
import { type Pod } from './pods';

interface ApiResource {
  name: string;
  kind: string;
  namespaced: boolean;
  verbs: string[];
}

interface Event extends KubeObject {
  involvedObject?: { kind: string; name: string };
  regarding?: { kind: string; name: string };
  reason: string;
  message?: string;
}

const uninteresting = new Set(['Event', 'EndpointSlice', 'Endpoints', 'ControllerRevision', 'Lease']);

/**
 * What helps to understand why a test failed: the objects of its namespace, what was said about them, and the last words of
 * its containers and of the cluster's parts. Values of Secrets are left out.
 * @param logs folder with the logs of the parts, when there is one
 */
export async function failureDump(client: ApiClient, logs?: string): Promise<string> {
  const objects = await namespaceObjects(client);
  const shown = objects.filter(({ kind }) => !uninteresting.has(kind)).map(describeObject);
  const events = objects.filter(({ kind }) => kind === 'Event').map((event) => describeEvent(event as Event));
  return [
    `===== Objects in ${client.namespace}`,
    ...shown,
    `===== Events in ${client.namespace}`,
    ...new Set(events),
    `===== Logs of the containers in ${client.namespace}`,
    ...(await containerLogs(client, objects)),
    ...(logs === undefined ? [] : ['===== Logs of the parts', ...tails(logs)]),
  ].join('\n');
}

async function namespaceObjects(client: ApiClient): Promise<KubeObject[]> {
  const groups = await client.request<{ groups: { name: string; preferredVersion: { groupVersion: string } }[] }>({
    method: 'GET',
    path: '/apis',
  });
  // Events are told twice, and metrics and reviews are no objects.
  const versions = groups.groups.filter(({ name }) => name !== 'events.k8s.io');
  const found: KubeObject[] = [];
  for (const apiVersion of ['v1', ...versions.map(({ preferredVersion }) => preferredVersion.groupVersion)]) {
    const path = apiVersion === 'v1' ? '/api/v1' : `/apis/${apiVersion}`;
    const { resources } = await client.request<{ resources: ApiResource[] }>({ method: 'GET', path });
    const listed = resources.filter(
      ({ name, namespaced, verbs }) => namespaced && !name.includes('/') && verbs.includes('list'),
    );
    for (const { kind } of listed) {
      found.push(...(await client.list({ apiVersion, kind }).catch(() => [])));
    }
  }
  return found;
}

function describeObject(object: KubeObject): string {
  const { name, generation, deletionTimestamp, finalizers, annotations } = object.metadata;
  const data = object.kind === 'Secret' ? { keys: Object.keys((object.data as object | undefined) ?? {}) } : undefined;
  const detail = JSON.stringify({
    generation,
    deletionTimestamp,
    finalizers,
    annotations,
    ...data,
    status: object.status,
  });
  return `${object.kind} ${name}: ${detail}`;
}

function describeEvent(event: Event): string {
  const about = event.involvedObject ?? event.regarding;
  return `${about?.kind} ${about?.name}: ${event.reason}: ${event.message ?? ''}`;
}

/** The last words of each container, and of the one before it when that has ended. */
async function containerLogs(client: ApiClient, objects: readonly KubeObject[]): Promise<string[]> {
  const said: string[] = [];
  for (const { metadata, status } of objects.filter(({ kind }) => kind === 'Pod') as Pod[]) {
    for (const { name, restartCount } of [
      ...(status?.initContainerStatuses ?? []),
      ...(status?.containerStatuses ?? []),
    ]) {
      for (const previous of restartCount > 0 ? [true, false] : [false]) {
        const path = `/api/v1/namespaces/${client.namespace}/pods/${metadata.name}/log`;
        const query = new URLSearchParams({ container: name, previous: String(previous), tailLines: '20' });
        const text = await client.transport.text({ method: 'GET', path: `${path}?${query}` }).catch(() => '');
        const which = previous ? ', before it was restarted' : '';
        said.push(...(text === '' ? [] : [`----- ${metadata.name} ${name}${which}\n${text.trimEnd()}`]));
      }
    }
  }
  return said;
}

function tails(logs: string): string[] {
  const files = readdirSync(logs).filter((file) => file.endsWith('.log') && file !== 'audit.log');
  return files.map((file) => `----- ${basename(file, '.log')}\n${logTail(join(logs, file), 10)}`);
}
