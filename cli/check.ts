import { describeProblem, type Problem } from '../lib/problem';
import { type ProxySQLResource } from '../lib/proxysql-resource';
import { RuntimeKind } from '../lib/runtime';
import { unsupportedFieldsOf } from '../lib/schema/unsupported-fields';
import { validateProxySQL } from '../lib/validation/validate';
import { describeObject } from './describe-object';
import { describeFinding, type Finding } from './finding';
import { type Manifest } from './manifests';
import { isProxySQL, nearMissProblems } from './near-miss';
import { Neighbours } from './neighbours';
import { readManifests } from './read-manifests';
import { repetitions } from './repetitions';

/** Checks every ProxySQL in the files and prints what is wrong, and what has no effect. Returns the exit code: 0 if there is one, and nothing is wrong. */
export function check(files: readonly string[], runtime: RuntimeKind): number {
  const read = [...new Set(files)].map(readManifests);
  const manifests = read.flatMap((file) => file.manifests);
  const neighbours = new Neighbours(manifests.map(({ object }) => object));
  const checked = manifests.map((manifest) => ({ manifest, found: findingsIn(manifest, neighbours, runtime) }));
  const findings = [
    ...read.flatMap(({ unreadable }) => unreadable),
    ...checked.flatMap(({ found }) => found),
    ...repetitions(manifests),
  ];
  const sound = checked.filter(({ found }) => found.length === 0).map(({ manifest }) => manifest);
  const resources = manifests.filter(({ object }) => isProxySQL(object)).length;
  findings.forEach((finding) => console.error(describeFinding(finding)));
  if (resources === 0 && findings.length === 0) {
    console.error(
      'There is no ProxySQL in what was given. Name files that hold a resource with apiVersion kubedb.com/v1 and kind ProxySQL.',
    );
  }
  sound.flatMap((manifest) => withoutEffect(manifest, runtime)).forEach((note) => console.log(describeFinding(note)));
  console.log(`${resources} ProxySQL resources checked, ${findings.length} problems found`);
  return resources > 0 && findings.length === 0 ? 0 : 1;
}

function findingsIn({ file, object, lineOf }: Manifest, neighbours: Neighbours, runtime: RuntimeKind): Finding[] {
  const problems = isProxySQL(object)
    ? validated(object as unknown as ProxySQLResource, neighbours, runtime)
    : nearMissProblems(object);
  return problems.map((problem) => ({
    file,
    line: lineOf(problem.path),
    sentence: `${describeObject(object)}: ${describeProblem(problem)}`,
  }));
}

/** Fields that only KubeDB's own operator acts on. That is no mistake, since its manifests are to work unchanged; but it should be known. */
function withoutEffect({ file, object, lineOf }: Manifest, runtime: RuntimeKind): Finding[] {
  return !isProxySQL(object) || runtime === RuntimeKind.KUBEDB
    ? []
    : unsupportedFieldsOf((object as unknown as ProxySQLResource).spec).map(({ path, reason }) => ({
        file,
        line: lineOf(path),
        sentence: `${describeObject(object)}: ${path} has no effect, as ${reason}.`,
      }));
}

function validated(resource: ProxySQLResource, neighbours: Neighbours, runtime: RuntimeKind): Problem[] {
  return validateProxySQL(resource, {
    isAcme: (issuer) => neighbours.isAcme(resource, issuer),
    runtime,
    appBinding: neighbours.appBindingOf(resource),
  });
}
