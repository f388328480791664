import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseAllDocuments, type Tags, visit } from 'yaml';
import { segments } from '../lib/validation/without';
import { type Finding } from './finding';

/** An object that stands in a file. */
export interface Manifest {
  readonly file: string;
  readonly object: { readonly [field: string]: unknown };
  /** The line of a field by its path, or of what it is missing in; lines count from 1. */
  lineOf(path: string): number;
}

/** What a file holds. */
export interface Manifests {
  readonly manifests: readonly Manifest[];
  /** Why the file, or parts of it, cannot be read. */
  readonly unreadable: readonly Finding[];
}

/**
 * What is sent to the API server is what kubectl reads, and so does it: by YAML 1.1, in which `yes` and `off` are booleans and keys are merged, but
 * without its dates and its numbers to the base of 60.
 */
const AS_KUBECTL = { version: '1.1', merge: true, customTags: withoutTimes } as const;

function withoutTimes(tags: Tags): Tags {
  return tags.filter(
    (tag) => typeof tag === 'string' || (tag.tag !== 'tag:yaml.org,2002:timestamp' && !isSexagesimal(tag)),
  );
}

function isSexagesimal(tag: object): boolean {
  return 'format' in tag && tag.format === 'TIME';
}

type Steps = readonly (string | number)[];

/**
 * The objects in the text of a file, those in lists among them. A document that cannot be read does not keep others from being read; a stack of
 * aliases is not followed without an end.
 */
export function manifestsIn(file: string, text: string): Manifests {
  const lines = new LineCounter();
  const manifests: Manifest[] = [];
  const unreadable: Finding[] = [];
  const lineAt = (offset: number): number => Math.max(1, lines.linePos(offset).line);
  for (const document of parseAllDocuments(text, { ...AS_KUBECTL, lineCounter: lines, prettyErrors: false })) {
    const flaws = flawsOf(document, text);
    unreadable.push(...flaws.map(({ offset, sentence }) => ({ file, line: lineAt(offset), sentence })));
    if (flaws.length === 0) {
      for (const { value, steps } of objectsIn(document.toJS(), [])) {
        const lineOf = (path: string): number => lineAt(offsetOf(document, [...steps, ...segments(path)]));
        if (isObject(value)) {
          manifests.push({ file, object: value, lineOf });
        } else {
          unreadable.push({
            file,
            line: lineOf(''),
            sentence: `${Array.isArray(value) ? 'a list' : 'a single value'} is not a manifest. Write an object with apiVersion, kind, metadata and spec.`,
          });
        }
      }
    }
  }
  return { manifests, unreadable };
}

interface Flaw {
  readonly offset: number;
  readonly sentence: string;
}

/** What keeps a document from being read. Keys that repeat are found one by one; after any other error, only what follows from it is. */
function flawsOf(document: Document.Parsed, text: string): Flaw[] {
  const { errors } = document;
  const told = errors.every(({ code }) => code === 'DUPLICATE_KEY') ? errors : errors.slice(0, 1);
  if (told.length > 0) {
    if (told.some(({ message }) => message.includes('call stack'))) {
      return [{ offset: 0, sentence: 'it is nested too deeply to be read. Write manifests, which have few levels.' }];
    }
    const isTemplate = /^\s*\{\{/m.test(text);
    const remedy = isTemplate
      ? 'This looks like a template: check what is rendered from it, as in helm template … | cdk8s-proxysql check -'
      : 'Correct it';
    return told.map(({ message, pos }) => ({ offset: pos[0], sentence: `${oneLine(message)}. ${remedy}.` }));
  }
  let flaw: Flaw | undefined;
  visit(document, {
    Alias: (_, alias) => {
      if (alias.resolve(document) !== undefined) {
        return undefined;
      }
      const sentence = `the alias *${alias.source} has no anchor before it. Write &${alias.source} where it is meant to point to, or correct the name.`;
      flaw = { offset: alias.range?.[0] ?? 0, sentence };
      return visit.BREAK;
    },
  });
  return flaw === undefined ? expansionFlaw(document) : [flaw];
}

/** Aliases of aliases grow beyond all memory, and one inside its own anchor has no end at all. */
function expansionFlaw(document: Document.Parsed): Flaw[] {
  try {
    JSON.stringify(document.toJS());
    return [];
  } catch {
    const sentence = 'its aliases multiply, or lead back to themselves. Write out what they stand for.';
    return [{ offset: document.contents?.range[0] ?? 0, sentence }];
  }
}

function oneLine(message: string): string {
  return message.replaceAll(/\s+/g, ' ').replace(/[.:]? *$/, '');
}

interface Placed {
  readonly value: unknown;
  readonly steps: Steps;
}

/** A document's objects: itself, or the items of a List or of a list of documents. Nothing stands between two separators, and is no mistake. */
function objectsIn(value: unknown, steps: Steps): Placed[] {
  if (value === null || value === undefined) {
    return steps.length === 0 ? [] : [{ value, steps }];
  }
  if (Array.isArray(value)) {
    return value.flatMap((item, index) => objectsIn(item, [...steps, index]));
  }
  if (isObject(value) && typeof value.kind === 'string' && value.kind.endsWith('List') && Array.isArray(value.items)) {
    return objectsIn(value.items, [...steps, 'items']);
  }
  return [{ value, steps }];
}

/** Whether it has fields. */
export function isObject(value: unknown): value is { readonly [field: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Where the deepest part of a path begins that is there: a field begins with its name. */
function offsetOf(document: Document.Parsed, steps: Steps): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range[0] ?? 0;
  for (const step of steps) {
    const target = isAlias(node) ? node.resolve(document) : node;
    if (isMap(target)) {
      const pair = target.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
      if (pair === undefined) {
        return offset;
      }
      offset = (pair.key as { range?: readonly number[] }).range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(target)) {
      node = target.items[Number(step)];
      const range = (node as { range?: readonly number[] } | undefined)?.range;
      if (range === undefined || range === null) {
        return offset;
      }
      offset = range[0] ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}
