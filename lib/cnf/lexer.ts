import { isCnfInteger, isCnfText } from './ast';

/** What is wrong in a configuration file, and where. The message never repeats the text, which may hold passwords. */
export class CnfSyntaxError extends Error {
  constructor(
    readonly reason: string,
    /** Counted from 1. */
    readonly line: number,
    /** Counted from 1, in UTF-16 code units. */
    readonly column: number,
  ) {
    super(`line ${line}, column ${column}: ${reason}`);
    this.name = 'CnfSyntaxError';
  }
}

/** One token and where it begins. */
export type Token = TokenContent & { readonly offset: number };

type TokenContent =
  | { readonly kind: 'name'; readonly text: string }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'integer' | 'float'; readonly number: number }
  | { readonly kind: 'boolean'; readonly truth: boolean }
  | { readonly kind: Punctuation }
  | { readonly kind: 'end' };

export type Punctuation = '=' | ',' | ';' | '{' | '}' | '(' | ')' | '[' | ']';

const SPACE = /(?:[ \t\r\n\f]+|(?:#|\/\/)[^\n]*|\/\*[^]*?\*\/)+/y;
const NAME = /[A-Za-z*][-A-Za-z0-9_*]*/y;
const NUMBER =
  /(?<hex>0[Xx][0-9A-Fa-f]+)(?<hexLong>L{0,2})|(?<float>[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?|[-+]?[0-9]+[eE][-+]?[0-9]+)|(?<integer>[-+]?[0-9]+)(?<long>L{0,2})/y;
const ESCAPED: { readonly [letter: string]: string } = {
  n: '\n',
  r: '\r',
  t: '\t',
  f: '\f',
  '\\': '\\',
  '"': '"',
};

/** Splits a configuration file into tokens, as libconfig 1.7 does; included files are refused. */
export class Lexer {
  private offset = 0;

  constructor(private readonly text: string) {}

  /** The next token; after the last one, `end` for ever. */
  next(): Token {
    this.match(SPACE);
    const offset = this.offset;
    const token = this.content();
    return { ...token, offset };
  }

  /** An error at an offset. */
  error(reason: string, offset: number): CnfSyntaxError {
    const before = this.text.slice(0, offset);
    const lineStart = before.lastIndexOf('\n') + 1;
    return new CnfSyntaxError(reason, before.split('\n').length, offset - lineStart + 1);
  }

  private content(): TokenContent {
    const character = this.text[this.offset];
    switch (character) {
      case undefined:
        return { kind: 'end' };
      case '"':
        return { kind: 'string', text: this.string() };
      case ':':
        this.offset += 1;
        return { kind: '=' };
      case '=':
      case ',':
      case ';':
      case '{':
      case '}':
      case '(':
      case ')':
      case '[':
      case ']':
        this.offset += 1;
        return { kind: character };
      default:
        return this.word();
    }
  }

  private word(): TokenContent {
    const start = this.offset;
    const name = this.match(NAME)?.[0];
    if (name !== undefined) {
      return /^(true|false)$/i.test(name)
        ? { kind: 'boolean', truth: name.toLowerCase() === 'true' }
        : { kind: 'name', text: name };
    }
    const number = this.match(NUMBER);
    if (number !== undefined) {
      return this.number(number.groups ?? {}, start);
    }
    if (this.text.startsWith('/*', start)) {
      throw this.error('a comment is not closed', start);
    }
    if (this.text[start] === '@') {
      throw this.error('files cannot be included', start);
    }
    throw this.error('this character begins nothing that is known', start);
  }

  private number(groups: { readonly [name: string]: string | undefined }, start: number): TokenContent {
    if (groups.float !== undefined) {
      return { kind: 'float', number: Number(groups.float) };
    }
    const number = groups.hex !== undefined ? Number.parseInt(groups.hex, 16) : Number(groups.integer);
    if ((groups.hexLong ?? groups.long) !== '' || !isCnfInteger(number)) {
      throw this.error('ProxySQL reads integers of 32 bits only; write a larger one as a string', start);
    }
    // Not "-0": an integer has one zero.
    return { kind: 'integer', number: number === 0 ? 0 : number };
  }

  /** A string in its quotes. Unknown escapes keep their backslash, as in libconfig 1.7. */
  private string(): string {
    const start = this.offset;
    let result = '';
    this.offset += 1;
    for (;;) {
      const plain = this.match(/[^"\\]*/y)?.[0] ?? '';
      result += plain;
      const character = this.text[this.offset];
      if (character === undefined) {
        throw this.error('a string is not closed', start);
      }
      if (character === '"') {
        this.offset += 1;
        break;
      }
      result += this.escape();
    }
    if (!isCnfText(result)) {
      throw this.error('a string contains NUL or half a surrogate pair, which it cannot hold', start);
    }
    return result;
  }

  private escape(): string {
    const bytes = this.match(/(?:\\[Xx][0-9A-Fa-f]{2})+/y)?.[0];
    if (bytes !== undefined) {
      return this.decode(bytes);
    }
    const replacement = ESCAPED[this.text[this.offset + 1] ?? ''];
    this.offset += replacement === undefined ? 1 : 2;
    return replacement ?? '\\';
  }

  private decode(escapes: string): string {
    const bytes = escapes.split(/\\[Xx]/).slice(1);
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(
        Uint8Array.from(bytes, (byte) => Number.parseInt(byte, 16)),
      );
    } catch {
      throw this.error('the bytes of a string are not UTF-8', this.offset - escapes.length);
    }
  }

  private match(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.offset;
    const match = pattern.exec(this.text) ?? undefined;
    this.offset += match?.[0].length ?? 0;
    return match;
  }
}
