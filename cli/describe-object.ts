interface Named {
  readonly kind?: unknown;
  readonly metadata?: unknown;
}

/** What a message calls an object; one that is checked may be without anything. */
export function describeObject({ kind, metadata }: Named): string {
  const { name, namespace } = (metadata ?? {}) as { readonly name?: unknown; readonly namespace?: unknown };
  const what = typeof kind === 'string' ? kind : 'object';
  if (typeof name !== 'string') {
    return `${what} without a name`;
  }
  return typeof namespace === 'string' ? `${what} ${namespace}/${name}` : `${what} ${name}`;
}
