import { isSupplied } from '../defaults';
import { type Problem } from '../problem';
import { type ProxySQLResource } from '../proxysql-resource';

/** What only an issuer would do: asked of nobody, it would be forgotten without a word. */
export function suppliedCertificateProblems({ spec: { tls = {} } }: ProxySQLResource): Problem[] {
  return (tls.certificates ?? []).flatMap((certificate, index) =>
    (['subject', 'duration', 'renewBefore', 'privateKey'] as const)
      .filter((field) => certificate[field] !== undefined && isSupplied(tls, certificate))
      .map((field) => ({
        path: `spec.tls.certificates[${index}].${field}`,
        value: JSON.stringify(certificate[field]),
        message: `Nobody issues this certificate: without an issuerRef, Secret ${String(certificate.secretName)} is one that you supply`,
        remedy: 'Leave it out, or name the issuer of the certificate with issuerRef',
      })),
  );
}
