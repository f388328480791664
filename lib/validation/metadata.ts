import { isObjectName } from '../object-names';
import { type Problem } from '../problem';
import { formatPath } from '../schema/path';

const NAMESPACE = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
const LABEL_WORD = /^[A-Za-z0-9](?:[\w.-]{0,61}[A-Za-z0-9])?$/;

interface Metadata {
  readonly namespace?: unknown;
  readonly labels?: unknown;
  readonly annotations?: unknown;
}

/** What the API server refuses in an object's metadata besides its name, and no schema says. */
export function metadataProblems({ namespace, ...overlay }: Metadata, path = 'metadata'): Problem[] {
  return [...namespaceProblems(`${path}.namespace`, namespace), ...overlayProblems(overlay, path)];
}

/** What is wrong with labels and annotations that are laid over an object's own. */
export function overlayProblems({ labels, annotations }: Metadata, path: string): Problem[] {
  return [
    ...entriesOf(labels).flatMap(([key, value]) => [
      ...keyProblems(`${path}.labels`, key),
      ...valueProblems(`${path}.labels`, key, value),
    ]),
    ...entriesOf(annotations).flatMap(([key]) => keyProblems(`${path}.annotations`, key)),
  ];
}

/** What is wrong with a selector of nodes: its keys and values are those of labels. */
export function selectorProblems(path: string, selector: unknown): Problem[] {
  return entriesOf(selector).flatMap(([key, value]) => [
    ...keyProblems(path, key),
    ...valueProblems(path, key, value).map((problem) => ({
      ...problem,
      remedy: 'Write the value that the nodes have',
    })),
  ]);
}

/** What is wrong with the name of a namespace. */
export function namespaceProblems(path: string, namespace: unknown): Problem[] {
  return typeof namespace !== 'string' || NAMESPACE.test(namespace)
    ? []
    : [
        {
          path,
          value: JSON.stringify(namespace),
          message: 'Kubernetes does not allow this name for a namespace',
          remedy: 'Use up to 63 lower-case letters, digits and inner hyphens',
        },
      ];
}

function keyProblems(path: string, key: string): Problem[] {
  const [name = '', ...prefix] = key.split('/').reverse();
  return prefix.length <= 1 && LABEL_WORD.test(name) && prefix.every(isObjectName)
    ? []
    : [
        {
          path: entryPath(path, key),
          message: 'Kubernetes does not allow this key',
          remedy:
            'Use up to 63 letters, digits, and inner hyphens, underscores and dots; a DNS name and a slash may come before them',
        },
      ];
}

function valueProblems(path: string, key: string, value: unknown): Problem[] {
  return typeof value !== 'string' || value === '' || LABEL_WORD.test(value)
    ? []
    : [
        {
          path: entryPath(path, key),
          value: JSON.stringify(value),
          message: 'Kubernetes does not allow this value for a label',
          remedy: 'Use up to 63 letters, digits, and inner hyphens, underscores and dots, or put it into an annotation',
        },
      ];
}

function entryPath(path: string, key: string): string {
  const step = formatPath([key]);
  return step.startsWith('[') ? `${path}${step}` : `${path}.${step}`;
}

function entriesOf(values: unknown): [string, unknown][] {
  return typeof values === 'object' && values !== null ? Object.entries(values) : [];
}
