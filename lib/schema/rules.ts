import { parseGoDuration } from '../go-duration';
import { CERT_MANAGER_GROUP } from '../issuer-reference';
import { type CertificateSpec, type IssuerReference, type ProxySQLSpec, type TlsSpec } from '../proxysql-resource';

/**
 * What spans fields of a ProxySQL or forbids their change, once for both sides: the definition of the resource takes `cel` for the
 * API server, and `holds` says the same where no API server is asked.
 */
export interface Rule {
  readonly id: string;
  /** The part of the resource that is `self`; `[]` stands for each item of a list. */
  readonly path: string;
  /** The rule in the API server's expression language. */
  readonly cel: string;
  /** What is wrong when it does not hold: a sentence without a final dot. */
  readonly message: string;
  /** What to do then: a sentence without a final dot. */
  readonly remedy: string;
  /** The field of `self` to blame, where one can be named. */
  readonly field?: string;
  /** Fields of `self` that the rule reads: while the schema refuses one of them, the rule is not asked. */
  readonly reads: readonly string[];
  /** Whether the rule compares with the former resource, and so holds for every new one. */
  readonly transition: boolean;
  holds(self: unknown, oldSelf: unknown): boolean;
}

/** Variables that would put the database's credentials into a container's environment; KubeDB refuses them too. */
export const FORBIDDEN_VARIABLES = ['MYSQL_ROOT_PASSWORD', 'MYSQL_PROXY_USER', 'MYSQL_PROXY_PASSWORD'] as const;

/** A rule whose `self` has the type T; the schema has seen to it that it does. */
function rule<T>(
  definition: Omit<Rule, 'reads' | 'transition' | 'holds'> & {
    readonly reads: readonly (keyof T & string)[];
    holds(self: T): boolean;
  },
): Rule {
  return { ...definition, transition: false, holds: (self) => definition.holds(self as T) };
}

/** A field of the spec that is given once and then stays as it is. */
function immutable(field: 'backend' | 'initConfig', cel: string, remedy: string): Rule {
  return {
    id: `${field}-immutable`,
    path: 'spec',
    cel,
    message: `${field} cannot be changed`,
    remedy,
    field,
    reads: [field],
    transition: true,
    holds: (self, oldSelf) => {
      const before = (oldSelf as ProxySQLSpec)[field];
      return (field === 'backend' && before === undefined) || isEqual((self as ProxySQLSpec)[field], before);
    },
  };
}

/** Deep equality of JSON values; the order of an object's fields means nothing. */
function isEqual(a: unknown, b: unknown): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) {
    return a === b;
  }
  const keys = Object.keys(a);
  return (
    Array.isArray(a) === Array.isArray(b) &&
    keys.length === Object.keys(b).length &&
    keys.every((key) => key in b && isEqual((a as Fields)[key], (b as Fields)[key]))
  );
}

type Fields = { readonly [name: string]: unknown };

function issuerRules(path: string): Rule[] {
  return [
    rule<IssuerReference>({
      id: `${path}-kind`,
      path,
      cel: `(has(self.apiGroup) && !(self.apiGroup in ['', '${CERT_MANAGER_GROUP}'])) || self.kind in ['Issuer', 'ClusterIssuer']`,
      message: 'cert-manager has issuers of the kinds Issuer and ClusterIssuer only',
      remedy: 'Set kind to Issuer or ClusterIssuer, or apiGroup to the group of the external issuer',
      field: 'kind',
      reads: ['apiGroup', 'kind'],
      holds: ({ apiGroup, kind }) =>
        !['', CERT_MANAGER_GROUP].includes(apiGroup ?? '') || kind === 'Issuer' || kind === 'ClusterIssuer',
    }),
    rule<IssuerReference>({
      id: `${path}-name`,
      path,
      cel: "self.name != ''",
      message: 'an issuer must be named',
      remedy: 'Give the name of an existing issuer, or of one in the same chart',
      field: 'name',
      reads: ['name'],
      holds: ({ name }) => name !== '',
    }),
  ];
}

/** The rules, in the order in which the API server reports them. */
export const RULES: readonly Rule[] = [
  rule<ProxySQLSpec>({
    id: 'version-given',
    path: 'spec',
    cel: "self.version != ''",
    message: 'a version must be given',
    remedy: 'Set version to the tag of a ProxySQL image, for example 3.0.1-debian',
    field: 'version',
    reads: ['version'],
    holds: ({ version }) => version !== '',
  }),
  rule<ProxySQLSpec>({
    id: 'backend-named',
    path: 'spec',
    cel: "has(self.backend) && has(self.backend.name) && self.backend.name != ''",
    message: 'a backend must be named',
    remedy: 'Set backend.name to the name of the AppBinding of the database, in the same namespace',
    field: 'backend',
    reads: ['backend'],
    holds: ({ backend }) => backend?.name !== undefined && backend.name !== '',
  }),
  immutable(
    'backend',
    '!has(oldSelf.backend) || (has(self.backend) && self.backend == oldSelf.backend)',
    'Create another ProxySQL for another database',
  ),
  immutable(
    'initConfig',
    'has(self.initConfig) == has(oldSelf.initConfig) && (!has(self.initConfig) || self.initConfig == oldSelf.initConfig)',
    'It is read at the first start only: use configuration.init.inline in a new ProxySQL',
  ),
  rule<NonNullable<ProxySQLSpec['authSecret']>>({
    id: 'external-secret-named',
    path: 'spec.authSecret',
    cel: "!has(self.externallyManaged) || !self.externallyManaged || self.name != ''",
    message: 'an externally managed Secret must be named',
    remedy: 'Set name to the existing Secret with the keys username and password, or drop externallyManaged',
    field: 'name',
    reads: ['externallyManaged', 'name'],
    holds: ({ externallyManaged, name }) => externallyManaged !== true || (name !== undefined && name !== ''),
  }),
  rule<TlsSpec>({
    id: 'issuer-for-each-certificate',
    path: 'spec.tls',
    cel: "has(self.issuerRef) || (has(self.certificates) && self.certificates.all(c, has(c.issuerRef) || (has(c.secretName) && c.secretName != '')))",
    message: 'TLS needs issuerRef, or an issuerRef or a Secret of its own for each certificate',
    remedy:
      'Set tls.issuerRef to the Issuer or ClusterIssuer that signs the certificates, or give each certificate the secretName of a Secret that you supply',
    reads: ['issuerRef', 'certificates'],
    holds: ({ issuerRef, certificates }) =>
      issuerRef !== undefined ||
      (certificates !== undefined &&
        certificates.every(
          (certificate) =>
            certificate.issuerRef !== undefined ||
            (certificate.secretName !== undefined && certificate.secretName !== ''),
        )),
  }),
  rule<TlsSpec>({
    id: 'issuer-for-the-server',
    path: 'spec.tls',
    cel: "has(self.issuerRef) || !has(self.certificates) || self.certificates.exists(c, c.alias == 'server')",
    message: 'without tls.issuerRef there is no server certificate',
    remedy: 'Set tls.issuerRef, or add a certificate with alias server and an issuerRef or a secretName of its own',
    reads: ['issuerRef', 'certificates'],
    holds: ({ issuerRef, certificates }) =>
      issuerRef !== undefined ||
      certificates === undefined ||
      certificates.some((certificate) => certificate.alias === 'server'),
  }),
  ...issuerRules('spec.tls.issuerRef'),
  ...issuerRules('spec.tls.certificates[].issuerRef'),
  rule<CertificateSpec>({
    id: 'renewal-within-life',
    path: 'spec.tls.certificates[]',
    cel: '!has(self.duration) || !has(self.renewBefore) || duration(self.renewBefore) < duration(self.duration)',
    message: 'renewBefore must be shorter than duration, or the certificate is renewed without an end',
    remedy: 'Make renewBefore a third of duration, or leave it out',
    field: 'renewBefore',
    reads: ['duration', 'renewBefore'],
    holds: ({ duration, renewBefore }) =>
      duration === undefined || renewBefore === undefined || milliseconds(renewBefore) < milliseconds(duration),
  }),
  rule<{ readonly name: string }>({
    id: 'variable-allowed',
    path: 'spec.podTemplate.spec.containers[].env[]',
    cel: `!(self.name in [${FORBIDDEN_VARIABLES.map((name) => `'${name}'`).join(', ')}])`,
    message: `the variables ${FORBIDDEN_VARIABLES.join(', ')} are not allowed: credentials never reach a container's environment`,
    remedy: 'Remove the variable: the pod reads its credentials from mounted Secrets',
    field: 'name',
    reads: ['name'],
    holds: ({ name }) => !(FORBIDDEN_VARIABLES as readonly string[]).includes(name),
  }),
];

/** The length of a Go duration; one that is none is not shorter than another. */
function milliseconds(duration: string): number {
  return parseGoDuration(duration) ?? Number.NaN;
}
