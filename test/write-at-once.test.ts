import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type App, Chart, YamlOutputType } from 'cdk8s';
import { parseAllDocuments } from 'yaml';
import { BackendSource, IssuerSource, ProxySQLApp, ProxySQLOperator, Runtime, TlsProxySQLChart } from '../lib';
import { temporaryFolder } from './support/temporary-folder';

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

const called = ({ kind, metadata: { namespace = '', name } }: Manifest): string => `${kind} ${namespace}/${name}`;

/** Which objects an app writes, whatever the files. */
function written(yamlOutputType: YamlOutputType, fill: (app: App) => void): string[] {
  const outdir = temporaryFolder('written-');
  const app = new ProxySQLApp({ outdir, yamlOutputType });
  fill(app);
  app.synth();
  return readdirSync(outdir, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.yaml'))
    .flatMap((file) => parseAllDocuments(readFileSync(join(outdir, file), 'utf8')))
    .map((document) => called(document.toJS() as Manifest))
    .sort();
}

const { FILE_PER_APP, FILE_PER_CHART, FILE_PER_RESOURCE, FOLDER_PER_CHART_FILE_PER_RESOURCE } = YamlOutputType;

test.each([FILE_PER_APP, FILE_PER_CHART, FILE_PER_RESOURCE, FOLDER_PER_CHART_FILE_PER_RESOURCE])(
  'given objects of one kind and name in several namespaces, then output of type %i has them all',
  (type) => {
    const authorities = (app: App): void => {
      for (const team of ['catalog', 'search']) {
        new TlsProxySQLChart(app, team, {
          namespace: team,
          runtime: Runtime.operator({ install: false }),
          issuer: IssuerSource.certificateAuthority(),
          backend: BackendSource.appBindingName('db'),
          version: '3.0.1',
        });
      }
    };
    expect(written(type, authorities)).toEqual(
      ['catalog', 'search']
        .flatMap((team) => [
          `Certificate ${team}/ca-root`,
          `Issuer ${team}/ca`,
          `Issuer ${team}/ca-bootstrap`,
          `ProxySQL ${team}/${team}`,
        ])
        .sort(),
    );

    const operator = (app: App): void => {
      new ProxySQLOperator(new Chart(app, 'operator'), 'operator', { watchNamespaces: ['catalog', 'search'] });
    };
    expect(written(type, operator)).toEqual(
      expect.arrayContaining(['Role catalog/proxysql-operator', 'Role search/proxysql-operator']),
    );
  },
);
