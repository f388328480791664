import { type Step } from './path';

const MAX_LENGTH = 60;

/** Words in the names of fields that may hold a password, a token or a key. */
const SENSITIVE =
  /pass(word|wd|phrase)|token|credential|private|(^|[^a-z])key$|apikey|^value$|stringValue|^data$|caBundle/i;

/** A Secret's reference is shown field by field; what stands in its place may be the secret itself. */
const SECRET_ITSELF = /secret$/i;

/** A value as short JSON; undefined for what is absent, has parts that are not to be shown, or may be a password. */
export function showValue(value: unknown, steps: readonly Step[]): string | undefined {
  if (value === undefined || isSensitive(steps)) {
    return undefined;
  }
  if (typeof value === 'object' && value !== null) {
    return Array.isArray(value) ? (value.length === 0 ? '[]' : '[…]') : Object.keys(value).length === 0 ? '{}' : '{…}';
  }
  const json = JSON.stringify(value);
  return json.length <= MAX_LENGTH ? json : `${json.slice(0, MAX_LENGTH - 1)}…`;
}

/** Whether a field may hold what must not be shown. A certificate's `privateKey` is what is wished of a key, field by field. */
export function isSensitive(steps: readonly Step[]): boolean {
  const names = steps.filter((step) => typeof step === 'string');
  const isWishes = (name: string, index: number): boolean => name === 'privateKey' && index < names.length - 1;
  return (
    names.some((name, index) => SENSITIVE.test(name) && !isWishes(name, index)) ||
    SECRET_ITSELF.test(names.at(-1) ?? '')
  );
}
