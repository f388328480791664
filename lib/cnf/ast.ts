/** A configuration file as data: the part of libconfig's language that ProxySQL reads. */

/** A value of any type. */
export type CnfValue = CnfScalar | CnfGroup | CnfList | CnfArray;

/** A value without parts. */
export type CnfScalar = CnfString | CnfInteger | CnfFloat | CnfBoolean;

export interface CnfString {
  readonly kind: 'string';
  readonly value: string;
}

/** A 32-bit integer: ProxySQL drops wider ones without a word. */
export interface CnfInteger {
  readonly kind: 'integer';
  readonly value: number;
}

export interface CnfFloat {
  readonly kind: 'float';
  readonly value: number;
}

export interface CnfBoolean {
  readonly kind: 'boolean';
  readonly value: boolean;
}

/** `{ name = value ... }`; names are unique. */
export interface CnfGroup {
  readonly kind: 'group';
  readonly settings: readonly CnfSetting[];
}

/** `( value, ... )`, values of any types. */
export interface CnfList {
  readonly kind: 'list';
  readonly items: readonly CnfValue[];
}

/** `[ value, ... ]`, scalars of one type. */
export interface CnfArray {
  readonly kind: 'array';
  readonly items: readonly CnfScalar[];
}

export interface CnfSetting {
  readonly name: string;
  readonly value: CnfValue;
}

/** A whole file: what is in it at the top. */
export type CnfDocument = readonly CnfSetting[];

/** Deepest nesting that is read or written; ProxySQL's own files need three. */
export const MAX_DEPTH = 16;

export const MIN_INTEGER = -(2 ** 31);
export const MAX_INTEGER = 2 ** 31 - 1;

/** Whether ProxySQL can read the number as an integer. */
export function isCnfInteger(value: number): boolean {
  return Number.isInteger(value) && value >= MIN_INTEGER && value <= MAX_INTEGER;
}

/** Whether the text is a setting's name: `true` and `false` are not, as they read as booleans. */
export function isCnfName(text: string): boolean {
  return /^[A-Za-z*][-A-Za-z0-9_*]*$/.test(text) && !/^(true|false)$/i.test(text);
}

/** Whether a string can be held: libconfig ends strings at NUL, and half a surrogate pair has no encoding. */
export function isCnfText(text: string): boolean {
  return !text.includes('\0') && !/[\uD800-\uDFFF]/u.test(text);
}

export function cnfString(value: string): CnfString {
  return { kind: 'string', value };
}

export function cnfInteger(value: number): CnfInteger {
  return { kind: 'integer', value };
}

export function cnfBoolean(value: boolean): CnfBoolean {
  return { kind: 'boolean', value };
}

export function cnfGroup(settings: readonly CnfSetting[]): CnfGroup {
  return { kind: 'group', settings };
}

export function cnfList(items: readonly CnfValue[]): CnfList {
  return { kind: 'list', items };
}

export function cnfStrings(values: readonly string[]): CnfArray {
  return { kind: 'array', items: values.map(cnfString) };
}

/** The value of a setting, if there is one of that name. */
export function lookUp(settings: readonly CnfSetting[], name: string): CnfValue | undefined {
  return settings.find((setting) => setting.name === name)?.value;
}

/** The text of a string setting, if there is one of that name. */
export function lookUpString(settings: readonly CnfSetting[], name: string): string | undefined {
  const value = lookUp(settings, name);
  return value?.kind === 'string' ? value.value : undefined;
}
