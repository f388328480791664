/** The steps from a user's first manifest to a ProxySQL that serves what was issued, in order. */
export type StepId =
  | 'Issuer'
  | 'ProxySQL'
  | 'Secrets'
  | 'Services'
  | 'Access'
  | 'Certificates'
  | 'TLSSecrets'
  | 'Workload'
  | 'Monitoring'
  | 'StartGate'
  | 'Serving';
