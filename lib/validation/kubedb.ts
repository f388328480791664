import { type Problem } from '../problem';
import { type ProxySQLResource } from '../proxysql-resource';

/** What only KubeDB needs: its webhook reads `spec.tls.issuerRef` without a look whether it is there, and crashes. */
export function kubedbProblems({ spec }: ProxySQLResource): Problem[] {
  return spec.tls === undefined || spec.tls.issuerRef !== undefined
    ? []
    : [
        {
          path: 'spec.tls.issuerRef',
          message: 'KubeDB admits no TLS without an issuer for all certificates',
          remedy: 'Name one, or use another runtime: those of this package take Secrets that you supply',
        },
      ];
}
