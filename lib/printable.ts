/** What a terminal, a log or a reader takes for something else than text: control characters, ends of lines, turned directions of writing. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu;

/** Somebody else's words on one line, with what is no text in them written as JSON does, and cut where they are longer. */
export function printable(text: string, most: number): string {
  return shortened(text, most).replace(UNPRINTABLE, (character) => {
    const code = character.codePointAt(0) ?? 0;
    return `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** Words that end where there is room for no more. No character is cut in two: half of one does not read back as it was written. */
export function shortened(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
