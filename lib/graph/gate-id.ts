/** All gates, in the order in which people want to read about them. */
export const GATE_IDS = [
  'ResourceValid',
  'PlaintextRefused',
  'BackendResolved',
  'IssuersReady',
  'SecretsPresent',
  'ServicesPresent',
  'AccessPresent',
  'CertificatesReady',
  'TLSSecretsProven',
  'WorkloadReady',
  'CertificatesServed',
] as const;

/** What must be proven before a step may be taken. */
export type GateId = (typeof GATE_IDS)[number];
