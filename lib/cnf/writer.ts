import { type CnfDocument, type CnfSetting, type CnfValue, isCnfInteger, isCnfName, isCnfText, MAX_DEPTH } from './ast';

/**
 * Writes a configuration file. Whatever a string contains, it stays within its quotes.
 *
 * @throws RangeError for what the language cannot hold: NUL or half a surrogate pair in a string, an integer of more than 32 bits, a float
 * that is no number, a name that is none or occurs twice, an array of mixed types, nesting beyond {@link MAX_DEPTH}.
 */
export function writeCnf(document: CnfDocument): string {
  return settings(document, 0);
}

function settings(list: readonly CnfSetting[], depth: number): string {
  const seen = new Set<string>();
  return list
    .map(({ name, value: given }) => {
      if (!isCnfName(name) || seen.has(name)) {
        throw new RangeError('The name of a setting is malformed or occurs twice in its group');
      }
      seen.add(name);
      return `${indent(depth)}${name} = ${value(given, depth)}\n`;
    })
    .join('');
}

function value(given: CnfValue, depth: number): string {
  if (depth > MAX_DEPTH) {
    throw new RangeError(`Settings are nested more than ${MAX_DEPTH} deep`);
  }
  switch (given.kind) {
    case 'string':
      return string(given.value);
    case 'integer':
      return integer(given.value);
    case 'float':
      return float(given.value);
    case 'boolean':
      return given.value ? 'true' : 'false';
    case 'group':
      return given.settings.length === 0 ? '{ }' : `{\n${settings(given.settings, depth + 1)}${indent(depth)}}`;
    case 'list':
      return given.items.length === 0 ? '( )' : `(\n${items(given.items, depth + 1)}\n${indent(depth)})`;
    case 'array':
      if (new Set(given.items.map((item) => item.kind)).size > 1) {
        throw new RangeError('The values of an array are of different types');
      }
      return `[${given.items.map((item) => value(item, depth)).join(', ')}]`;
  }
}

function items(list: readonly CnfValue[], depth: number): string {
  return list.map((item) => `${indent(depth)}${value(item, depth)}`).join(',\n');
}

const ESCAPES: { readonly [character: string]: string } = {
  '\\': '\\\\',
  '"': '\\"',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\f': '\\f',
};

function string(text: string): string {
  if (!isCnfText(text)) {
    throw new RangeError('A string contains NUL or half a surrogate pair');
  }
  const escaped = Array.from(text, (character) => ESCAPES[character] ?? control(character)).join('');
  return `"${escaped}"`;
}

function control(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code < 0x20 || code === 0x7f ? `\\x${code.toString(16).padStart(2, '0')}` : character;
}

function integer(number: number): string {
  if (!isCnfInteger(number)) {
    throw new RangeError('An integer has more than 32 bits');
  }
  return number.toFixed(0);
}

function float(number: number): string {
  if (!Number.isFinite(number)) {
    throw new RangeError('A float is not a number');
  }
  const text = Object.is(number, -0) ? '-0' : String(number);
  return /[.e]/.test(text) ? text : `${text}.0`;
}

function indent(depth: number): string {
  return '  '.repeat(depth);
}
