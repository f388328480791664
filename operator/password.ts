import { randomInt } from 'node:crypto';

const CLASSES = ['ABCDEFGHIJKLMNOPQRSTUVWXYZ', 'abcdefghijklmnopqrstuvwxyz', '0123456789'] as const;
const LENGTH = 16;

/**
 * A password of 16 letters and digits with at least one of each class. There are no other signs in it, since it becomes part of a list that
 * is separated by colons and semicolons.
 */
export function generatePassword(): string {
  const all = CLASSES.join('');
  const characters = [...CLASSES.map(pick), ...Array.from({ length: LENGTH - CLASSES.length }, () => pick(all))];
  for (let last = characters.length - 1; last > 0; last--) {
    const other = randomInt(last + 1);
    [characters[last], characters[other]] = [characters[other] as string, characters[last] as string];
  }
  return characters.join('');
}

function pick(characters: string): string {
  return characters.charAt(randomInt(characters.length));
}
