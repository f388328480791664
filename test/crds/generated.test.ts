import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UPSTREAM_FOLDER_VARIABLE } from '../../scripts/crds/upstream';
import { differences } from '../../scripts/import';
import { runScript } from './run-script';
import { describeWithUpstream } from './upstream-folder';

const MINUTE = 60_000;

describe('what is generated from our own definitions', () => {
  it.each([
    ['crds.ts', ['--check']],
    ['import.ts', ['--own', '--check']],
    ['schema.ts', ['--own', '--check']],
  ])(
    'is committed as scripts/%s writes it',
    (script, args) => {
      expect(runScript(script, args)).toEqual({ status: 0, stdout: '', stderr: '' });
    },
    MINUTE,
  );
});

describeWithUpstream('what is generated from all definitions', (folder) => {
  it.each(['import.ts', 'schema.ts'])(
    'is committed as scripts/%s writes it',
    (script) => {
      expect(runScript(script, ['--check', '--from', folder])).toEqual({ status: 0, stdout: '', stderr: '' });
    },
    MINUTE,
  );
});

describe('differences', () => {
  let generated: string;
  let committed: string;

  beforeEach(() => {
    generated = mkdtempSync(join(tmpdir(), 'generated-'));
    committed = mkdtempSync(join(tmpdir(), 'committed-'));
    writeFileSync(join(generated, 'same.ts'), 'a');
    writeFileSync(join(committed, 'same.ts'), 'a');
  });

  afterEach(() => {
    rmSync(generated, { recursive: true });
    rmSync(committed, { recursive: true });
  });

  it('names nothing when both folders hold the same', () => {
    expect(differences(generated, committed)).toEqual([]);
  });

  it('names what is changed, new or surplus', () => {
    writeFileSync(join(generated, 'changed.ts'), 'a');
    writeFileSync(join(committed, 'changed.ts'), 'b');
    writeFileSync(join(generated, 'new.ts'), 'a');
    writeFileSync(join(committed, 'surplus.ts'), 'a');
    expect(differences(generated, committed)).toEqual(['changed.ts', 'new.ts', 'surplus.ts']);
  });

  it('lets surplus files be when only a part was generated', () => {
    writeFileSync(join(committed, 'surplus.ts'), 'a');
    expect(differences(generated, committed, true)).toEqual([]);
  });
});

it(
  'import says which file it cannot read, and ends with an error',
  () => {
    const { status, stderr } = runScript('import.ts', ['--check', '--from', '/nowhere'], {
      [UPSTREAM_FOLDER_VARIABLE]: '',
    });
    expect(status).toBe(1);
    expect(stderr).toContain('cannot read /nowhere/cert-manager.io-v1.21.1.yaml');
  },
  MINUTE,
);
