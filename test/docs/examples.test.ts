import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { PAGES_WITH_EXAMPLES, withExamples } from '../../scripts/docs-examples';

test.each(PAGES_WITH_EXAMPLES)('%s shows programs as they are compiled and run', (name) => {
  const page = readFileSync(join(resolve(__dirname, '../..'), 'docs', name), 'utf8');

  expect(page).toContain('<!-- example: ');
  expect(withExamples(page)).toBe(page);
});
