/** Reads the subset of libconfig that ProxySQL's configuration files use: groups, lists, strings, numbers and booleans. */

export type ConfigValue = string | number | boolean | ConfigGroup | ConfigValue[];
export interface ConfigGroup {
  [name: string]: ConfigValue;
}

const TOKEN =
  /\s+|#[^\n]*|\/\/[^\n]*|\/\*[\s\S]*?\*\/|("(?:[^"\\]|\\[\s\S])*")|([A-Za-z*][A-Za-z0-9_*-]*)|([+-]?\d+(?:\.\d+)?L?)|([={}()[\],;:])/y;

/** @throws Error that tells the offset of what cannot be read */
export function parseLibconfig(text: string): ConfigGroup {
  const tokens = tokenize(text);
  let at = 0;
  const peek = (): string | undefined => tokens[at];
  const take = (): string => {
    const token = tokens[at];
    if (token === undefined) {
      throw new Error('configuration ends too early');
    }
    at += 1;
    return token;
  };

  function settings(end: string | undefined): ConfigGroup {
    const result: ConfigGroup = {};
    while (peek() !== end) {
      const name = take();
      const assign = take();
      if (assign !== '=' && assign !== ':') {
        throw new Error(`"=" expected after ${name}`);
      }
      result[name] = value();
      if (peek() === ';' || peek() === ',') {
        take();
      }
    }
    return result;
  }

  function value(): ConfigValue {
    const token = take();
    if (token === '{') {
      const group = settings('}');
      take();
      return group;
    }
    if (token === '(' || token === '[') {
      const end = token === '(' ? ')' : ']';
      const list: ConfigValue[] = [];
      while (peek() !== end) {
        list.push(value());
        if (peek() === ',') {
          take();
        }
      }
      take();
      return list;
    }
    if (token.startsWith('"')) {
      let joined = unquote(token);
      // Strings next to each other are one.
      while (peek()?.startsWith('"')) {
        joined += unquote(take());
      }
      return joined;
    }
    if (/^(true|false)$/i.test(token)) {
      return token.toLowerCase() === 'true';
    }
    const number = Number(token.replace(/L$/, ''));
    if (Number.isNaN(number)) {
      throw new Error(`a value expected, found ${token}`);
    }
    return number;
  }

  return settings(undefined);
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  let offset = 0;
  while (offset < text.length) {
    TOKEN.lastIndex = offset;
    const match = TOKEN.exec(text);
    if (match === null) {
      throw new Error(`syntax error at offset ${offset}`);
    }
    const token = match[1] ?? match[2] ?? match[3] ?? match[4];
    if (token !== undefined) {
      tokens.push(token);
    }
    offset = TOKEN.lastIndex;
  }
  return tokens;
}

const ESCAPES: Record<string, string> = { n: '\n', r: '\r', t: '\t', f: '\f' };

function unquote(token: string): string {
  return token.slice(1, -1).replace(/\\([\s\S])/g, (_, letter: string) => ESCAPES[letter] ?? letter);
}
