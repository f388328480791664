import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { readerFolder } from './reader-folder';
import { programOf, stepsOf, TUTORIAL } from './tutorial';

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string };
}

/** What the tutorial says that a command prints, line by line. */
function printedBy(command: string): string[] {
  const prints = stepsOf(TUTORIAL).find((step) => step.command === command)?.prints ?? '';
  return prints.split('\n').filter(Boolean);
}

let folder: string;

/** The tutorial's own lines, run as its reader runs them. */
beforeAll(() => {
  folder = readerFolder(programOf(TUTORIAL));
  execFileSync('npx', ['tsx', 'main.ts'], { cwd: folder, stdio: 'pipe' });
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const manifests = (file: string): Manifest[] =>
  parseAllDocuments(readFileSync(join(folder, 'dist', file), 'utf8')).map((one) => one.toJS() as Manifest);

/** What kubectl prints about an object that it created. */
function created({ apiVersion, kind, metadata }: Manifest): string {
  const [group] = apiVersion.includes('/') ? apiVersion.split('/') : [];
  return `${[kind.toLowerCase(), ...(group === undefined ? [] : [group])].join('.')}/${metadata.name} created`;
}

describe('the tutorial', () => {
  test('its lines write the files that it lists', () => {
    expect(printedBy('ls dist')).toEqual(readdirSync(join(folder, 'dist')).sort());
  });

  test.each(['proxysql-operator.k8s.yaml', 'shop-proxy.k8s.yaml'])('applying %s creates what it says', (file) => {
    expect(printedBy(`kubectl apply -f dist/${file}`)).toEqual(manifests(file).map(created));
  });

  test('no password is in what goes to Git', () => {
    const secrets = ['proxysql-operator.k8s.yaml', 'shop-proxy.k8s.yaml'].flatMap(manifests);
    expect(secrets.filter(({ kind }) => kind === 'Secret')).toEqual([]);
  });

  test('kubectl shows the columns that the definition has', () => {
    const definition = manifests('proxysql-operator.k8s.yaml').find(
      ({ metadata }) => metadata.name === 'proxysqls.kubedb.com',
    ) as unknown as { spec: { versions: { additionalPrinterColumns: { name: string; priority?: number }[] }[] } };
    const columns = (definition.spec.versions[0]?.additionalPrinterColumns ?? []).filter(
      ({ priority = 0 }) => priority === 0,
    );
    const header = printedBy('kubectl -n shop get proxysql')[0] ?? '';
    expect(header.trim().split(/ {2,}/)).toEqual(['NAME', ...columns.map(({ name }) => name.toUpperCase())]);
  });
});
