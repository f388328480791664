import { Yaml } from 'cdk8s';

/**
 * Manifests as YAML, to the letter as cdk8s writes them, in a tenth of the time: its library builds a tree of nodes first, so that writing
 * takes longer than all other steps of a synthesis together. What is not simple here is left to that library.
 */
export function manifestYaml(manifests: readonly unknown[]): string {
  return manifests
    .map((manifest) => (isTree(manifest, new Set()) ? mapping(manifest, '') : Yaml.stringify(manifest)))
    .join('---\n');
}

interface Mapping {
  readonly [key: string]: unknown;
}

/** Whether this is a filled mapping of what JSON knows, each object at one place only (else YAML has anchors), under simple keys. */
function isTree(value: unknown, seen: Set<unknown>): value is Mapping {
  return isMapping(value) && Object.keys(value).length > 0 && isSimple(value, seen);
}

function isSimple(value: unknown, seen: Set<unknown>): boolean {
  if (typeof value !== 'object' || value === null) {
    return typeof value !== 'function' && typeof value !== 'symbol' && typeof value !== 'bigint';
  }
  if (seen.has(value)) {
    return false;
  }
  seen.add(value);
  if (Array.isArray(value)) {
    return value.every((item) => isSimple(item, seen));
  }
  return isMapping(value) && Object.entries(value).every(([key, item]) => isKey(key) && isSimple(item, seen));
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

function mapping(value: Mapping, indent: string): string {
  let text = '';
  for (const key of Object.keys(value)) {
    text += `${indent}${key}:${after(value[key], indent)}`;
  }
  return text;
}

/** What comes after a key at this indentation, up to the end of the line or of all that is below the key. */
function after(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) {
    return ` ${scalar(value, indent)}`;
  }
  const inner = `${indent}  `;
  if (!Array.isArray(value)) {
    return Object.keys(value).length === 0 ? ' {}\n' : `\n${mapping(value as Mapping, inner)}`;
  }
  return value.length === 0 ? ' []\n' : `\n${sequence(value, inner)}`;
}

function sequence(items: readonly unknown[], indent: string): string {
  let text = '';
  for (const item of items) {
    text += `${indent}- ${entry(item, indent)}`;
  }
  return text;
}

/** What comes after a dash at this indentation; a collection begins on the dash's line. */
function entry(item: unknown, indent: string): string {
  if (typeof item !== 'object' || item === null) {
    return scalar(item, indent);
  }
  const inner = `${indent}  `;
  if (!Array.isArray(item)) {
    return Object.keys(item).length === 0 ? '{}\n' : mapping(item as Mapping, inner).slice(inner.length);
  }
  return item.length === 0 ? '[]\n' : sequence(item, inner).slice(inner.length);
}

function scalar(value: unknown, indent: string): string {
  if (typeof value === 'string' && PRINTABLE.test(value)) {
    if (isPlain(value)) {
      return `${value}\n`;
    }
    if (isQuoted(value)) {
      return value.includes('"') && !value.includes("'") ? `'${value}'\n` : `${JSON.stringify(value)}\n`;
    }
  }
  if (typeof value === 'boolean' || isShortInteger(value)) {
    return `${String(value)}\n`;
  }
  // Further lines are indented by what they are below; empty ones are not.
  return Yaml.stringify({ k: value })
    .slice('k: '.length)
    .replace(/\n(?=[^\n])/g, `\n${indent}`);
}

function isShortInteger(value: unknown): boolean {
  return Number.isInteger(value) && Math.abs(value as number) < 1e15 && !Object.is(value, -0);
}

const PRINTABLE = /^[ -~]*$/;
/** Text that begins like this, and has nothing in it that YAML takes for more than text, needs no quotes. */
const PLAIN = /^[A-Za-z/^$(_;\\]/;
/** Nor do flags, what has a letter that is in no number, and what has more points than a number. */
const FLAG = /^--?[A-Za-z]/;
const NUMBERED = /^\d[A-Za-z\d.-]*[g-np-su-wyG-NP-SU-WY][A-Za-z\d.-]*$/;
const DOTTED = /^\d+\.\d+\.[\d.]*$/;
const MEANS_MORE = /: | #|[ :]$/;
/** What YAML 1.1 reads as a truth value, as nothing, or as a number without digits before its exponent. */
const WORD = /^-?(?:y|n|yes|no|on|off|true|false|null|e[-+]?\d+)$/i;
/** What has a meaning of its own in the first place of a text, so that the text is quoted. */
const MARKED = /^[*&{[]/;
const MAX_KEY = 1000;

function isKey(text: string): boolean {
  return text.length <= MAX_KEY && PLAIN.test(text) && isPlain(text);
}

function isPlain(text: string): boolean {
  return (
    PRINTABLE.test(text) &&
    (PLAIN.test(text) || FLAG.test(text) || NUMBERED.test(text) || DOTTED.test(text)) &&
    !MEANS_MORE.test(text) &&
    !WORD.test(text)
  );
}

/** Whether printable text has quotes for certain; other text that is not plain may have some. */
function isQuoted(text: string): boolean {
  return text === '' || MARKED.test(text) || MEANS_MORE.test(text) || /^\d+$/.test(text);
}
