import { type AppBindingResource } from './proxysql-resource';
import { type ProxySQLProps } from './proxysql-props';
import { Issuer } from './issuer';
import { type IIssuer } from './issuer-reference';
import { type Problem } from './problem';

/** What a ProxySQL names as if it were in its own namespace, and is made in another. */
export function namespaceProblems(
  own: string,
  { tls }: Pick<ProxySQLProps, 'tls'>,
  appBinding: AppBindingResource | undefined,
): Problem[] {
  const issuers: [path: string, issuer: IIssuer | undefined][] = [
    ['spec.tls', tls?.issuer],
    ...(tls?.certificates ?? []).map(({ issuer }, index): [string, IIssuer | undefined] => [
      `spec.tls.certificates[${index}]`,
      issuer,
    ]),
  ];
  return [
    ...issuers.flatMap(([path, issuer]) => {
      // Without one it goes where it is applied to, which nobody knows here.
      const theirs = issuer instanceof Issuer ? (issuer.metadata.namespace ?? own) : own;
      return theirs === own
        ? []
        : [
            {
              path: `${path}.issuerRef.name`,
              value: JSON.stringify(issuer?.name),
              message: `This Issuer is in namespace ${theirs}, the ProxySQL in ${own}; an Issuer serves its own namespace only`,
              remedy: 'Put both into one namespace, or use a ClusterIssuer',
            },
          ];
    }),
    ...backendProblems(own, appBinding),
  ];
}

function backendProblems(own: string, appBinding: AppBindingResource | undefined): Problem[] {
  const { name, namespace = own } = appBinding?.metadata ?? {};
  return namespace === own
    ? []
    : [
        {
          path: 'spec.backend.name',
          value: JSON.stringify(name),
          message: `This AppBinding is in namespace ${namespace}, and a ProxySQL in ${own} looks for it there`,
          remedy: 'Put both into one namespace',
        },
      ];
}
