import { type Problem } from '../problem';
import { type SchemaError, type SchemaPart } from './kinds';
import { misplacedFieldRemedy } from './misplaced-fields';
import { formatPath, schemaAt, type Step, stepsOf, valueAt } from './path';
import { isSensitive, showValue } from './show-value';
import { didYouMean } from './suggest';

/** What a keyword's sentences are made of. */
interface Refusal {
  readonly manifest: unknown;
  readonly params: { readonly [name: string]: unknown };
  readonly steps: readonly Step[];
  readonly value: unknown;
  /** The schema of the value. */
  readonly part: SchemaPart;
}

interface Sentences {
  /** Where it is, if that is not the value itself. */
  readonly steps?: readonly Step[];
  readonly message: string;
  readonly remedy: string;
}

/** Above this, known fields are not listed. */
const MAX_LISTED = 40;

/** A refusal of the schema in plain sentences. */
export function explain(error: SchemaError, manifest: unknown, schema: SchemaPart): Problem {
  const steps = stepsOf(error.instancePath, manifest);
  const value = valueAt(manifest, steps);
  const refusal: Refusal = { manifest, params: error.params, steps, value, part: schemaAt(schema, steps) ?? {} };
  const sentences = (EXPLANATIONS[error.keyword] ?? unknownKeyword(error.keyword))(refusal);
  // A field that the schema does not know may hold anything, a password too.
  const shown = sentences.steps === undefined ? showValue(value, steps) : undefined;
  return {
    path: formatPath(sentences.steps ?? steps),
    ...(shown !== undefined && { value: shown }),
    message: sentences.message,
    remedy: sentences.remedy,
  };
}

const EXPLANATIONS: { readonly [keyword: string]: (refusal: Refusal) => Sentences } = {
  type: explainType,
  required: explainRequired,
  additionalProperties: explainUnknownField,
  enum: explainEnum,
  pattern: explainPattern,
  format: explainFormat,
  minimum: explainRange,
  maximum: explainRange,
  minLength: ({ params }) => ({
    message: params.limit === 1 ? 'must not be empty' : `must have at least ${String(params.limit)} characters`,
    remedy: params.limit === 1 ? 'Give a value, or leave the field out' : 'Make it longer',
  }),
  maxLength: ({ params, value }) => ({
    message: `has ${[...String(value)].length} characters, ${String(params.limit)} are allowed`,
    remedy: 'Make it shorter',
  }),
  minItems: ({ params, value }) => ({
    message: `has ${counted(value)}, ${String(params.limit)} are needed`,
    remedy: 'Add to the list',
  }),
  maxItems: ({ params, value }) => ({
    message: `has ${counted(value)}, ${String(params.limit)} are allowed`,
    remedy: 'Take some out of the list',
  }),
};

function unknownKeyword(keyword: string): () => Sentences {
  return () => ({
    message: `breaks the rule "${keyword}" of the schema`,
    remedy: 'See kubectl explain for what the field takes',
  });
}

function counted(value: unknown): string {
  const { length } = value as readonly unknown[];
  return length === 1 ? '1 item' : `${length} items`;
}

const NOUNS: { readonly [type: string]: string } = {
  object: 'an object',
  array: 'a list',
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  null: 'null',
};

function explainType({ params, value, steps, part }: Refusal): Sentences {
  const wanted = [params.type].flat().map(String);
  const given = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  const isFraction = given === 'number' && wanted.includes('integer');
  return {
    message: `must be ${wanted.map((type) => NOUNS[type] ?? type).join(' or ')}, not ${isFraction ? 'a fraction' : (NOUNS[given] ?? given)}`,
    remedy: typeRemedy(wanted, value, steps, part),
  };
}

function typeRemedy(wanted: readonly string[], value: unknown, steps: readonly Step[], part: SchemaPart): string {
  const sensitive = isSensitive(steps);
  if (value === null) {
    return 'Give a value, or leave the field out';
  }
  if (wanted.includes('string') && (typeof value === 'number' || typeof value === 'boolean')) {
    return stringRemedy(value, steps, part);
  }
  if (wanted.includes('integer') && typeof value === 'string' && /^-?\d+$/.test(value)) {
    return sensitive ? 'Write it without quotes' : `Write it without quotes: ${value}`;
  }
  if (wanted.includes('boolean') && typeof value === 'string' && /^(true|false)$/i.test(value)) {
    return `Write it without quotes: ${value.toLowerCase()}`;
  }
  if (wanted.includes('array')) {
    return 'Write it as a list, even of one item';
  }
  return `Give ${wanted.map((type) => NOUNS[type] ?? type).join(' or ')}`;
}

/** Quotes make a string of it, but not always one that is accepted. */
function stringRemedy(value: number | boolean, steps: readonly Step[], { enum: allowed, pattern }: SchemaPart): string {
  if (allowed !== undefined) {
    return `Write ${alternatives(allowed.map(String))}`;
  }
  if (isDuration(pattern ?? '') || steps.at(-1) === 'duration' || steps.at(-1) === 'renewBefore') {
    return 'Write it with its unit and in quotes, for example "2160h" for ninety days';
  }
  if (steps.at(-1) === 'version' && typeof value === 'number') {
    return `Write all numbers of the version, and in quotes, for example "${value}${Number.isInteger(value) ? '.0' : ''}.1"`;
  }
  if (steps.join('.') === 'metadata.name') {
    return 'Write a name that begins with a letter';
  }
  return isSensitive(steps) ? 'Write it in quotes' : `Write it in quotes: "${value}"`;
}

function explainRequired({ params, steps, part }: Refusal): Sentences {
  const name = String(params.missingProperty);
  const meaning = part.properties?.[name]?.description;
  return {
    steps: [...steps, name],
    message: 'is missing',
    remedy: meaning === undefined ? `Add ${name}` : `Add ${name}: ${withoutDot(meaning)}`,
  };
}

function withoutDot(sentence: string): string {
  const plain = sentence.replace(/\.$/, '');
  return /^[A-Z][a-z]/.test(plain) ? plain.charAt(0).toLowerCase() + plain.slice(1) : plain;
}

function explainUnknownField({ manifest, params, steps, part }: Refusal): Sentences {
  const name = String(params.additionalProperty);
  const at = [...steps, name];
  if (/passw(or)?d|passphrase/i.test(name)) {
    return {
      steps: at,
      message: 'a password does not belong into a manifest, and there is no such field',
      remedy: steps.includes('mysqlUsers')
        ? "Remove it, and put the user's password into the Secret <name of the ProxySQL>-users under the user's name"
        : 'Remove it, and put the password into a Secret that the manifest names',
    };
  }
  const known = Object.keys(part.properties ?? {}).filter((field) => steps.length > 0 || field !== 'status');
  const meant = didYouMean(name, known);
  return {
    steps: at,
    message: 'there is no such field',
    remedy:
      misplacedFieldRemedy(manifest, at) ??
      (meant === undefined
        ? `Remove it, or use another${choiceOf(known)}`
        : `Did you mean ${meant}? Rename it, or remove it`),
  };
}

function choiceOf(known: readonly string[]): string {
  if (known.length === 0 || known.length > MAX_LISTED) {
    return '';
  }
  return known.length === 1 ? `: there is only ${known[0]}` : `: there are ${[...known].sort().join(', ')}`;
}

function explainEnum({ params, value }: Refusal): Sentences {
  const allowed = (params.allowedValues as readonly unknown[]).map(String);
  const meant = typeof value === 'string' ? didYouMean(value, allowed) : undefined;
  return {
    message: `must be ${alternatives(allowed)}`,
    remedy: meant === undefined ? 'Choose one of them' : `Write ${meant}`,
  };
}

function alternatives(values: readonly string[]): string {
  const last = values.at(-1) ?? '';
  return values.length < 2 ? last : `${values.slice(0, -1).join(', ')} or ${last}`;
}

/** The last number below 2 to the power of 63 that JavaScript can write. */
const LARGEST_INT64 = 2 ** 63 - 1024;

function explainRange({ params, part }: Refusal): Sentences {
  const { minimum, maximum } = part;
  const limit = Number(params.limit);
  if (Math.abs(limit) >= LARGEST_INT64) {
    return { message: 'does not fit into 64 bits', remedy: 'Give a smaller number' };
  }
  if (Math.abs(limit) >= 2 ** 31 - 1) {
    return {
      message: 'does not fit into 32 bits',
      remedy: `Give a number from ${minimum ?? -(2 ** 31)} to ${maximum ?? 2 ** 31 - 1}`,
    };
  }
  const isLower = params.comparison === '>=';
  return {
    message: isLower ? `must be at least ${limit}` : `must be at most ${limit}`,
    remedy:
      minimum !== undefined && maximum !== undefined
        ? `Give a number from ${minimum} to ${maximum}`
        : `Give ${limit} or ${isLower ? 'more' : 'less'}`,
  };
}

function explainPattern({ params, value, steps }: Refusal): Sentences {
  const pattern = String(params.pattern);
  const text = String(value);
  if (isDuration(pattern)) {
    const days = /^(\d+)d$/.exec(text);
    return {
      message: 'is not a duration',
      remedy: days
        ? `Write ${Number(days[1]) * 24}h: the longest unit is the hour`
        : 'Write hours, minutes and seconds, for example 2160h for ninety days, or 1h30m',
    };
  }
  if (pattern.includes('[KMGTPE]i')) {
    return { message: 'is not a quantity', remedy: 'Write for example 500m or 2 for CPU, and 512Mi or 1Gi for memory' };
  }
  if (steps.join('.') === 'metadata.name') {
    return {
      message: 'is not a valid name',
      remedy: 'Use lower-case letters, digits and hyphens; begin with a letter, and end with a letter or digit',
    };
  }
  return { message: 'does not have the right form', remedy: `Write it so that it matches ${pattern}` };
}

function isDuration(pattern: string): boolean {
  return pattern.includes('(s|m|h)') || pattern.includes('|ms|s|m|h)');
}

function explainFormat({ params }: Refusal): Sentences {
  return params.format === 'byte'
    ? { message: 'is not base64', remedy: 'Encode it: base64 -w0 < file' }
    : { message: 'is not a point in time', remedy: 'Write it as RFC 3339 has it, for example 2027-01-31T12:00:00Z' };
}
