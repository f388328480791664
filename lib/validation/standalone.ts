import { authSecretName } from '../names';
import { type Problem } from '../problem';
import { type AppBindingResource, type ProxySQLResource } from '../proxysql-resource';

/** What only the standalone runtime needs, as nobody is there who could make or look up what is missing. */
export function standaloneProblems(resource: ProxySQLResource, appBinding: AppBindingResource | undefined): Problem[] {
  const problems: Problem[] = [];
  if (!resource.spec.authSecret?.name) {
    problems.push({
      path: 'spec.authSecret.name',
      message: 'The standalone runtime cannot generate a password, and none may be written to a manifest',
      remedy: `Create a Secret with the keys username and password in the namespace, for example ${authSecretName(resource.metadata.name)}, and give its name as authSecret`,
    });
  }
  if (appBinding === undefined) {
    problems.push({
      path: 'spec.backend',
      value: JSON.stringify(resource.spec.backend?.name),
      message: 'The standalone runtime cannot look up an AppBinding that exists only in the cluster',
      remedy: 'Give the backend as an AppBinding construct, so that host and port are known when manifests are written',
    });
  }
  return problems;
}
