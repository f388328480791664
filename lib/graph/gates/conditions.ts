import { type Condition, type KubernetesObject } from '../../kubernetes';

/** A condition of an observed object; undefined where the object has none of that type, or a status of another shape. */
export function conditionOf(object: KubernetesObject, type: string): Condition | undefined {
  const { conditions } = statusOf(object) as { readonly conditions?: unknown };
  return Array.isArray(conditions)
    ? (conditions as Condition[]).find((condition) => condition?.type === type)
    : undefined;
}

/** The status of an observed object; empty where it has none. */
export function statusOf(object: KubernetesObject): { readonly [field: string]: unknown } {
  const { status } = object;
  return typeof status === 'object' && status !== null ? (status as { readonly [field: string]: unknown }) : {};
}

/** Somebody's own words as the end of a sentence: `: the words` or nothing. */
export function quoted(message: string | undefined): string {
  const text = message?.trim().replace(/\.$/, '') ?? '';
  return text === '' ? '' : `: ${text}`;
}
