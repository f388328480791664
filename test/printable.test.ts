import { printable, shortened } from '../lib/printable';

test.each([
  ['plain words', 'plain words'],
  ['ünïcödé 漢字 🙂', 'ünïcödé 漢字 🙂'],
  ['two\nlines', 'two\\u000alines'],
  ['\u001b[31mred\u001b[0m', '\\u001b[31mred\\u001b[0m'],
  ['\u009b31m', '\\u009b31m'],
  ['a\u202eb\u2066c\u2028d', 'a\\u202eb\\u2066c\\u2028d'],
  ['\ud83d', '\\ud83d'],
])('given %j, then %j is printed', (text, printed) => {
  expect(printable(text, 100)).toBe(printed);
});

test.each([
  ['four', 4, 'four'],
  ['fives', 4, 'fiv…'],
  ['ab🙂', 4, 'ab🙂'],
  ['ab🙂c', 4, 'ab…'],
])('given %j and room for %i, then it becomes %j', (text, most, short) => {
  expect(shortened(text, most)).toBe(short);
});
