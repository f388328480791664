/** Who owns the fields that the operator writes. */
export const FIELD_MANAGER = 'cdk8s-proxysql';
