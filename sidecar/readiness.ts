import { type ReportedVerdict } from '../lib/graph/pod-report';
import { type CertificateTruth, type Gate } from './truth';

export interface ReadinessInput {
  readonly gate: Gate;
  readonly draining: boolean;
  readonly adminAnswers: boolean;
  /** Freshly looked at; absent without TLS. */
  readonly certificate?: CertificateTruth;
  /** Without TLS: whether the MySQL port greets. */
  readonly listens: boolean;
}

/** Whether clients should be sent here: the way that they take works, up to the certificate that they will verify. */
export function decideReadiness({
  gate,
  draining,
  adminAnswers,
  certificate,
  listens,
}: ReadinessInput): ReportedVerdict {
  if (!gate.open) {
    return { ok: false, reason: gate.reason, message: gate.message };
  }
  if (draining) {
    return { ok: false, reason: 'Draining', message: 'The pod is being drained.' };
  }
  if (!adminAnswers) {
    return { ok: false, reason: 'AdminUnavailable', message: 'The admin interface of ProxySQL does not answer.' };
  }
  if (certificate === undefined) {
    return listens
      ? { ok: true, reason: 'Listening', message: 'ProxySQL takes connections, without TLS.' }
      : { ok: false, reason: 'NotListening', message: 'ProxySQL takes no connections.' };
  }
  if (certificate.unserved !== undefined) {
    return { ok: false, reason: 'NotServing', message: `ProxySQL serves no certificate: ${certificate.unserved}` };
  }
  return certificate.servedIsInstalled
    ? { ok: true, reason: 'Serving', message: 'ProxySQL serves the installed certificate.' }
    : { ok: false, reason: 'WrongCertificate', message: 'ProxySQL serves another certificate than the installed one.' };
}
