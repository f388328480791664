import { readFileSync } from 'node:fs';
import { parseAllDocuments } from 'yaml';
import { describeProblem } from '../lib/problem';
import { type ProxySQLResource } from '../lib/proxysql-resource';
import { RuntimeKind } from '../lib/runtime';
import { validateProxySQL } from '../lib/validation/validate';

/** Checks every ProxySQL in the files and prints what is wrong. Returns the exit code: 0 if nothing is. */
export function check(files: readonly string[]): number {
  let problems = 0;
  let resources = 0;
  for (const file of files) {
    for (const document of parseAllDocuments(readFileSync(file === '-' ? 0 : file, 'utf8'))) {
      for (const error of document.errors) {
        problems += 1;
        console.error(`${file}: ${error.message}`);
      }
      const resource: unknown = document.errors.length > 0 ? undefined : document.toJS();
      if (isProxySQL(resource)) {
        resources += 1;
        for (const problem of validateProxySQL(resource, { isAcme: () => false, runtime: RuntimeKind.OPERATOR })) {
          problems += 1;
          console.error(`${file}: ${nameOf(resource)}: ${describeProblem(problem)}`);
        }
      }
    }
  }
  console.log(`${resources} ProxySQL resources checked, ${problems} problems found`);
  return problems > 0 ? 1 : 0;
}

function isProxySQL(value: unknown): value is ProxySQLResource {
  const { apiVersion, kind } = (value ?? {}) as Partial<ProxySQLResource>;
  return apiVersion === 'kubedb.com/v1' && kind === 'ProxySQL';
}

/** What a message calls the resource; one that is checked may be without anything. */
function nameOf({ metadata }: { readonly metadata?: { readonly name?: unknown } | null }): string {
  return typeof metadata?.name === 'string' ? `ProxySQL ${metadata.name}` : 'ProxySQL without a name';
}
