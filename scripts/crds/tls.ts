import { CERTIFICATE_ALIASES } from '../../lib/names';
import { list, object, oneOf, string, strings } from './build';
import { type JsonSchema } from './model';

/** A Go duration without a sign, such as `2160h` or `1h30m`. */
export const DURATION_PATTERN = '^(([0-9]+(\\.[0-9]*)?|\\.[0-9]+)(ns|us|µs|μs|ms|s|m|h))+$';

/** A Go duration. Its length is bounded for the rules that compute with it. */
export function duration(description: string): JsonSchema {
  return string(description, { pattern: DURATION_PATTERN, maxLength: 64 });
}

function issuerReference(description: string): JsonSchema {
  return object(
    description,
    {
      apiGroup: string('Group of the issuer; `cert-manager.io` when absent.', { maxLength: 253 }),
      kind: string('`Issuer` (of the same namespace), `ClusterIssuer`, or the kind of an external issuer.', {
        maxLength: 63,
      }),
      name: string('Name of the issuer.', { maxLength: 253 }),
    },
    { required: ['kind', 'name'], 'x-kubernetes-map-type': 'atomic' },
  );
}

const subject = object('Subject of the certificate. The common name is chosen for you.', {
  organizations: strings('Organizations (O).'),
  countries: strings('Countries (C), as two letters.'),
  organizationalUnits: strings('Departments (OU).'),
  localities: strings('Cities (L).'),
  provinces: strings('States or provinces (ST).'),
  streetAddresses: strings('Street addresses.'),
  postalCodes: strings('Postal codes.'),
  serialNumber: string('Serial number of the subject (not of the certificate).'),
});

const certificate = object(
  'One certificate.',
  {
    alias: string(`What it is for: ${CERTIFICATE_ALIASES.join(', ')}. Nothing uses other aliases.`),
    issuerRef: issuerReference('The issuer of this certificate, where it is another than `spec.tls.issuerRef`.'),
    secretName: string(
      'Secret to issue into. `<name>-<alias>-cert` when absent. Where no issuer is named, here or in `spec.tls.issuerRef`, it is a Secret that you supply.',
    ),
    subject,
    duration: duration('Life of the certificate, at least an hour. Ninety days when absent.'),
    renewBefore: duration('How long before its end it is renewed. A third of its life when absent.'),
    dnsNames: strings('DNS names to add to those of the Services and pods.'),
    ipAddresses: strings('IP addresses to add.'),
    uris: strings('URIs to add, for example a SPIFFE identity.'),
    emailAddresses: strings('E-mail addresses to add.'),
    privateKey: object('The private key.', {
      encoding: oneOf(['PKCS1', 'PKCS8'], 'PEM form of the key in the Secret. PKCS1 when absent.'),
    }),
  },
  { required: ['alias'] },
);

/** `spec.tls`. Its certificates are merged by alias, which also keeps the aliases unique. */
export const tls: JsonSchema = object('TLS of the connections that ProxySQL accepts. Absent: no TLS.', {
  issuerRef: issuerReference(
    'The cert-manager issuer that signs the certificates. Without one, each entry of `certificates` has an issuer or a Secret of its own.',
  ),
  certificates: list('Settings of the certificates, one entry for an alias.', certificate, {
    maxItems: 32,
    'x-kubernetes-list-type': 'map',
    'x-kubernetes-list-map-keys': ['alias'],
  }),
});
