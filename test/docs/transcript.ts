/** What a terminal shows of its own accord, or not on every machine. */
const INCIDENTAL = [
  /^Waiting for deployment .*\n/gm,
  // kubectl port-forward tells each connection, and listens on what addresses there are.
  /^Handling connection for \d+\n/gm,
  /^Forwarding from \[::1\]:.*\n/gm,
];

/** What is another one in every run, and what stands for it. */
const VARYING: readonly (readonly [RegExp, string])[] = [
  [/(?<= )(?:\d+[dhms])+$/gm, '<age>'],
  [/^(mariadb {2}Ver) .*$/gm, '$1 <client>'],
  // The width of columns goes by what is in them.
  [/ {2,}/g, '  '],
];

/**
 * Whether `printed`, the output of one command after the other, is what `shown` says. The same text must be the same certificate in both, and
 * another one another; a line of three dots stands for any lines.
 */
export function isAsShown(printed: readonly string[], shown: readonly string[]): boolean {
  const actual = steady(printed);
  return (
    printed.length === shown.length && steady(shown).every((text, index) => patternOf(text).test(actual[index] ?? ''))
  );
}

/** Outputs without what may differ: serial numbers become the order in which they first appear. */
export function steady(outputs: readonly string[]): string[] {
  const serials: string[] = [];
  return outputs.map((output) => {
    const lasting = INCIDENTAL.reduce((text, pattern) => text.replaceAll(pattern, ''), output);
    const named = VARYING.reduce((text, [pattern, name]) => text.replaceAll(pattern, name), lasting);
    return named.replaceAll(/(?<=^serial=)[0-9A-F]+$/gm, (serial) => {
      if (!serials.includes(serial)) {
        serials.push(serial);
      }
      return `<certificate ${serials.indexOf(serial) + 1}>`;
    });
  });
}

function patternOf(shown: string): RegExp {
  const parts = shown.split(/^\.\.\.\n/m).map((part) => part.replaceAll(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^${parts.join('(?:.*\\n)*')}$`);
}
