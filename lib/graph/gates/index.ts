import { type GateId } from '../gate-id';
import { accessPresent } from './access-present';
import { backendResolved } from './backend-resolved';
import { certificatesReady } from './certificates-ready';
import { certificatesServed } from './certificates-served';
import { type Gate } from './gate';
import { issuersReady } from './issuers-ready';
import { plaintextRefused } from './plaintext-refused';
import { resourceValid } from './resource-valid';
import { secretsPresent } from './secrets-present';
import { servicesPresent } from './services-present';
import { tlsSecretsProven } from './tls-secrets-proven';
import { workloadReady } from './workload-ready';

/** Each gate by its name. */
export const GATES: Readonly<Record<GateId, Gate>> = {
  ResourceValid: resourceValid,
  PlaintextRefused: plaintextRefused,
  BackendResolved: backendResolved,
  IssuersReady: issuersReady,
  SecretsPresent: secretsPresent,
  ServicesPresent: servicesPresent,
  AccessPresent: accessPresent,
  CertificatesReady: certificatesReady,
  TLSSecretsProven: tlsSecretsProven,
  WorkloadReady: workloadReady,
  CertificatesServed: certificatesServed,
};
