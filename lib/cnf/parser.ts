import {
  type CnfArray,
  type CnfDocument,
  type CnfList,
  type CnfScalar,
  type CnfSetting,
  type CnfValue,
  MAX_DEPTH,
} from './ast';
import { Lexer, type Punctuation, type Token } from './lexer';

export { CnfSyntaxError } from './lexer';

/**
 * Reads a configuration file.
 *
 * @throws CnfSyntaxError at the first thing that libconfig would refuse, and at what it or ProxySQL would drop without a word: integers of
 * more than 32 bits, NUL in strings, text that is not UTF-8. Included files are refused.
 */
export function parseCnf(text: string): CnfDocument {
  return new Parser(text).document();
}

class Parser {
  private readonly lexer: Lexer;
  private token: Token;

  constructor(text: string) {
    this.lexer = new Lexer(text);
    this.token = this.lexer.next();
  }

  document(): CnfDocument {
    const settings = this.settings(0);
    if (this.token.kind !== 'end') {
      throw this.unexpected('the name of a setting');
    }
    return settings;
  }

  private settings(depth: number): CnfSetting[] {
    const settings: CnfSetting[] = [];
    const names = new Set<string>();
    while (this.token.kind === 'name') {
      const { text: name, offset } = this.token;
      if (names.has(name)) {
        throw this.lexer.error('this setting is already there', offset);
      }
      names.add(name);
      this.advance();
      this.expect('=');
      settings.push({ name, value: this.value(depth) });
      if (this.at(';') || this.at(',')) {
        this.advance();
      }
    }
    return settings;
  }

  private value(depth: number): CnfValue {
    if (depth > MAX_DEPTH) {
      throw this.lexer.error(`settings are nested more than ${MAX_DEPTH} deep`, this.token.offset);
    }
    switch (this.token.kind) {
      case '{': {
        this.advance();
        const settings = this.settings(depth + 1);
        this.expect('}');
        return { kind: 'group', settings };
      }
      case '(':
        return this.list(depth);
      case '[':
        return this.array();
      default:
        return this.scalar();
    }
  }

  private list(depth: number): CnfList {
    const items: CnfValue[] = [];
    this.advance();
    while (!this.at(')')) {
      items.push(this.value(depth + 1));
      this.separator(')');
    }
    this.advance();
    return { kind: 'list', items };
  }

  private array(): CnfArray {
    const items: CnfScalar[] = [];
    this.advance();
    while (!this.at(']')) {
      const { offset } = this.token;
      const item = this.scalar();
      if (items[0] !== undefined && items[0].kind !== item.kind) {
        throw this.lexer.error('the values of an array are of different types', offset);
      }
      items.push(item);
      this.separator(']');
    }
    this.advance();
    return { kind: 'array', items };
  }

  private scalar(): CnfScalar {
    const { token } = this;
    switch (token.kind) {
      case 'string':
        return { kind: 'string', value: this.strings() };
      case 'integer':
        this.advance();
        return { kind: 'integer', value: token.number };
      case 'float':
        this.advance();
        return { kind: 'float', value: token.number };
      case 'boolean':
        this.advance();
        return { kind: 'boolean', value: token.truth };
      default:
        throw this.unexpected('a value');
    }
  }

  /** Strings that follow each other are one. */
  private strings(): string {
    let text = '';
    while (this.token.kind === 'string') {
      text += this.token.text;
      this.advance();
    }
    return text;
  }

  private separator(end: Punctuation): void {
    if (!this.at(end)) {
      this.expect(',');
    }
  }

  private expect(kind: Punctuation): void {
    if (!this.at(kind)) {
      throw this.unexpected(`"${kind}"`);
    }
    this.advance();
  }

  private at(kind: Punctuation): boolean {
    return this.token.kind === kind;
  }

  private advance(): void {
    this.token = this.lexer.next();
  }

  private unexpected(wanted: string): Error {
    const found = this.token.kind === 'end' ? 'the end' : 'something else';
    return this.lexer.error(`${wanted} is expected, but here is ${found}`, this.token.offset);
  }
}
