import { closeSync, fstatSync, openSync, readSync, statSync } from 'node:fs';

import { waitFor } from '../driver/wait';

/** A request that the API server answered. */
export interface AuditedRequest {
  readonly user: string;
  /** The product only: what stands before the first slash or space. */
  readonly userAgent: string;
  /** get, list, watch, create, update, patch (also server-side apply), delete, deletecollection. */
  readonly verb: string;
  /** Plural, with group and subresource where there is one: `secrets`, `statefulsets.apps/status`; a URL for other requests. */
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  /** HTTP status. */
  readonly code: number;
  /** When it arrived, in milliseconds since 1970. */
  readonly at: number;
  /** Path and query. */
  readonly uri: string;
}

interface AuditEvent {
  auditID: string;
  verb: string;
  requestURI: string;
  userAgent?: string;
  user?: { username?: string };
  objectRef?: { resource?: string; subresource?: string; apiGroup?: string; namespace?: string; name?: string };
  responseStatus?: { code?: number };
  requestReceivedTimestamp: string;
}

/** The requests that an audit log tells of, each once: a watch when it begins, everything else when it is answered. */
export function parseAuditLog(text: string): AuditedRequest[] {
  const seen = new Set<string>();
  return text.split('\n').flatMap((line) => {
    if (line === '') {
      return [];
    }
    const event = JSON.parse(line) as AuditEvent;
    if (seen.has(event.auditID)) {
      return [];
    }
    seen.add(event.auditID);
    return [requestOf(event)];
  });
}

function requestOf(event: AuditEvent): AuditedRequest {
  const { resource, subresource, apiGroup, namespace = '', name = '' } = event.objectRef ?? {};
  const group = apiGroup === undefined ? '' : `.${apiGroup}`;
  const sub = subresource === undefined ? '' : `/${subresource}`;
  return {
    user: event.user?.username ?? '',
    userAgent: (event.userAgent ?? '').split(/[/ ]/)[0] as string,
    verb: event.verb,
    resource: resource === undefined ? (event.requestURI.split('?')[0] as string) : `${resource}${group}${sub}`,
    namespace,
    name,
    code: event.responseStatus?.code ?? 0,
    at: Date.parse(event.requestReceivedTimestamp),
    uri: event.requestURI,
  };
}

/** How many requests there are of each kind, e.g. `{ 'operator create statefulsets.apps': 1 }`. */
export function countRequests(
  requests: readonly AuditedRequest[],
  by: readonly (keyof AuditedRequest)[] = ['userAgent', 'verb', 'resource'],
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const request of requests) {
    const key = by.map((field) => String(request[field])).join(' ');
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

/** Reads the part of an audit log that is written from now on. */
export class AuditReader {
  private readonly start: number;

  public constructor(private readonly file: string) {
    this.start = statSync(file).size;
  }

  /**
   * The requests since the reader was made.
   * @param marker sends a request to the given path; the log is complete up to there once that request is in it. The
   *   request itself is left out.
   */
  public async requests(marker: (path: string) => Promise<unknown>): Promise<AuditedRequest[]> {
    const path = `/version?until=${process.hrtime.bigint()}`;
    await marker(path);
    return waitFor(`${path} to appear in the audit log`, () => {
      const found = this.soFar();
      const end = found.findIndex(({ uri }) => uri === path);
      return end === -1 ? undefined : found.slice(0, end);
    });
  }

  private soFar(): AuditedRequest[] {
    const text = this.read(Math.max(0, this.start - 1)).toString();
    // The reader may have been made, and the log may be read, while a line was half written.
    const begin = this.start === 0 ? 0 : text.indexOf('\n') + 1;
    return parseAuditLog(text.slice(begin, text.lastIndexOf('\n') + 1));
  }

  private read(from: number): Buffer {
    const descriptor = openSync(this.file, 'r');
    try {
      const buffer = Buffer.alloc(Math.max(0, fstatSync(descriptor).size - from));
      const length = readSync(descriptor, buffer, 0, buffer.length, from);
      return buffer.subarray(0, length);
    } finally {
      closeSync(descriptor);
    }
  }
}
