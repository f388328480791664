import { secretNameProblems } from './object-names';
import { backendOf } from './cnf/backend';
import { caBundleProblems } from './issuer-ca-bundle';
import { type KubernetesObject } from './kubernetes';
import { type Problem } from './problem';
import { type AppBindingResource } from './proxysql-resource';

/** What is wrong with an AppBinding beyond its schema. */
export function appBindingProblems(object: KubernetesObject): Problem[] {
  const binding = object as AppBindingResource;
  const { clientConfig, secret, tlsSecret } = binding.spec as Partial<AppBindingResource['spec']>;
  if (clientConfig === undefined) {
    // The schema has said so already.
    return [];
  }
  const login = loginProblems(clientConfig.url);
  return [
    ...login,
    ...(login.length > 0 ? [] : backendProblems(binding)),
    ...secretNameProblems('spec.secret.name', secret?.name),
    ...(tlsSecret === undefined ? [] : secretNameProblems('spec.tlsSecret.name', tlsSecret.name)),
    ...caBundleProblems('spec.clientConfig.caBundle', clientConfig.caBundle),
    ...verificationProblems(clientConfig),
  ];
}

/** The problems that whoever writes ProxySQL's configuration from this AppBinding would have. */
function backendProblems(binding: AppBindingResource): Problem[] {
  const problems: Problem[] = [];
  backendOf(binding, problems);
  return problems.map((problem) => ({ ...problem, path: problem.path.replace(/^AppBinding /, '') }));
}

function loginProblems(url: string | undefined): Problem[] {
  return url?.includes('@') === true
    ? [
        {
          path: 'spec.clientConfig.url',
          message: 'There is a login in this address (it is not shown)',
          remedy:
            'Take user and password out, and put them into the Secret that secretName gives, under username and password',
        },
      ]
    : [];
}

function verificationProblems({
  caBundle,
  insecureSkipTLSVerify,
}: AppBindingResource['spec']['clientConfig']): Problem[] {
  return caBundle !== undefined && insecureSkipTLSVerify === true
    ? [
        {
          path: 'spec.clientConfig.insecureSkipTLSVerify',
          value: 'true',
          message: 'There is a CA to verify the database with, and verifying is switched off',
          remedy: 'Leave insecureSkipTlsVerify out',
        },
      ]
    : [];
}
