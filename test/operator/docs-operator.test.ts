import { readFileSync } from 'node:fs';
import { OPERATOR_PAGE, withTables } from '../../scripts/docs-operator';

test("the operator's page has the tables that follow from the code", () => {
  const page = readFileSync(OPERATOR_PAGE, 'utf8');

  expect(withTables(page)).toBe(page);
});
