import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { stateRoot } from './paths';
import { clusterDirectory } from './state';

test.each(['../elsewhere', 'a/b', '', '.', '-x'])("'%s' cannot be the name of a cluster", (name) => {
  expect(() => clusterDirectory(name)).toThrow(
    `'${name}' cannot be the name of a cluster: use letters, digits and hyphens.`,
  );
});

test("a folder of somebody else's is not trusted", () => {
  const mine = process.getuid?.() ?? 0;
  const temporary = mkdtempSync(join(tmpdir(), 'paths-'));
  try {
    mkdirSync(stateRoot(mine, temporary));
    const strange = stateRoot(mine + 1, temporary);
    mkdirSync(strange);

    expect(stateRoot(mine, temporary)).toBe(join(temporary, `cdk8s-proxysql-clusters-${mine}`));
    expect(() => stateRoot(mine + 1, temporary)).toThrow(
      `${strange} was not made by this user; remove it, or set TMPDIR to another folder.`,
    );
  } finally {
    rmSync(temporary, { recursive: true });
  }
});
