import { type Held, held } from '../verdict';

/** Whoever gets past the schema without one is told the same by each gate. */
export function noServerCertificate(): Held {
  const remedy = 'give it an issuerRef, or its entry for the alias server the secretName of a Secret that you supply';
  return held('ServerCertificateMissing', `spec.tls leads to no server certificate: ${remedy}.`, { needsUser: true });
}
