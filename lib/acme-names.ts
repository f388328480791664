import { type Problem } from './problem';
import { type SubjectAlternativeNames } from './subject-alternative-names';

/** The names that no ACME server can verify; `path` is that of the object that holds the lists. */
export function acmeNameProblems(path: string, { uris = [], emailAddresses = [] }: SubjectAlternativeNames): Problem[] {
  return Object.entries({ uris, emailAddresses }).flatMap(([field, values]) =>
    values.length === 0
      ? []
      : [
          {
            path: `${path}.${field}`,
            value: JSON.stringify(values),
            message: 'An ACME issuer cannot verify such names',
            remedy: 'Leave them out, or use a CA of your own for this certificate, such as CertificateAuthority',
          },
        ],
  );
}

/** The name under which clients reach what has such a certificate; a wildcard is none. */
export function publicNameOf({ dnsNames }: SubjectAlternativeNames): string | undefined {
  return dnsNames?.find((name) => !name.startsWith('*'));
}
