import { CERT_MANAGER_GROUP } from './issuer-reference';
import { type IssuerReference } from './proxysql-resource';

/** Whether two references lead to one issuer. */
export function isSameIssuer(one: IssuerReference, other: IssuerReference): boolean {
  return one.name === other.name && one.kind === other.kind && groupOf(one) === groupOf(other);
}

/** The API group of an issuer: cert-manager's, unless another is given. */
export function groupOf({ apiGroup }: Pick<IssuerReference, 'apiGroup'>): string {
  return apiGroup || CERT_MANAGER_GROUP;
}
