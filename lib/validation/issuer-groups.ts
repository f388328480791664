import { CERT_MANAGER_GROUP } from '../issuer-reference';
import { type Problem } from '../problem';
import { type IssuerReference, type ProxySQLResource } from '../proxysql-resource';
import { didYouMean } from '../schema/suggest';

/** API groups that are nearly cert-manager's. An external issuer has a group of its own, mostly one below that, and is not meant. */
export function issuerGroupProblems({ spec }: ProxySQLResource): Problem[] {
  const references: [path: string, issuerRef: IssuerReference | undefined][] = [
    ['spec.tls', spec.tls?.issuerRef],
    ...(spec.tls?.certificates ?? []).map(({ issuerRef }, index): [string, IssuerReference | undefined] => [
      `spec.tls.certificates[${index}]`,
      issuerRef,
    ]),
  ];
  return references.flatMap(([path, issuerRef]): Problem[] => {
    const group: unknown = issuerRef?.apiGroup;
    return typeof group === 'string' && isNearMiss(group)
      ? [
          {
            path: `${path}.issuerRef.apiGroup`,
            value: JSON.stringify(group),
            message: 'No issuer is known to have this API group, and it is nearly that of cert-manager',
            remedy: `Write ${CERT_MANAGER_GROUP}, or leave apiGroup out`,
          },
        ]
      : [];
  });
}

function isNearMiss(group: string): boolean {
  return (
    group !== CERT_MANAGER_GROUP &&
    !group.endsWith(`.${CERT_MANAGER_GROUP}`) &&
    didYouMean(group, [CERT_MANAGER_GROUP]) !== undefined
  );
}
