import { type KubernetesObject } from '../../lib/kubernetes';
import { apiError, ConnectionError, describeSubject, type RequestSubject } from './errors';

/** Something that a watch tells. */
export type WatchEvent<T extends KubernetesObject> =
  | { readonly type: 'ADDED' | 'MODIFIED' | 'DELETED'; readonly object: T }
  /** Nothing changed up to this version. One of them says, where it was asked for, that everything that there was has been told. */
  | { readonly type: 'BOOKMARK'; readonly resourceVersion: string; readonly initialEventsEnd: boolean };

/** @see https://kubernetes.io/docs/reference/using-api/api-concepts/#streaming-lists */
const INITIAL_EVENTS_END = 'k8s.io/initial-events-end';

interface WatchLine {
  readonly type?: string;
  readonly object?: unknown;
}

/**
 * Reads one line of a watch.
 *
 * @throws KubernetesError when the line is an error of the API server's, or no event at all
 */
export function watchEvent<T extends KubernetesObject>(
  subject: RequestSubject,
  line: string,
  now: number,
): WatchEvent<T> {
  const { type, object } = parse(subject, line);
  switch (type) {
    case 'ADDED':
    case 'MODIFIED':
    case 'DELETED':
      return { type, object: object as T };
    case 'BOOKMARK': {
      const { resourceVersion = '', annotations } = (object as T).metadata;
      return { type, resourceVersion, initialEventsEnd: annotations?.[INITIAL_EVENTS_END] === 'true' };
    }
    case 'ERROR':
      throw apiError(subject, 500, JSON.stringify({ kind: 'Status', ...(object as object) }), undefined, now);
    default:
      throw new ConnectionError(subject, `${describeSubject(subject)}: the stream has an event of type "${type}".`);
  }
}

function parse(subject: RequestSubject, line: string): WatchLine {
  try {
    return JSON.parse(line) as WatchLine;
  } catch {
    // The line itself may hold a Secret: it is not quoted.
    throw new ConnectionError(subject, `${describeSubject(subject)}: the stream has a line that is not JSON.`);
  }
}
