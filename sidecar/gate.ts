import { type ConfigurationTruth } from './configuration-keeper';
import { type CertificateTruth, type Gate } from './truth';

/**
 * Whether ProxySQL may start: it needs a configuration and, unless it goes without TLS, installed certificates that were proven. Once open,
 * the gate stays open, since ProxySQL runs then and only what it serves can be kept right.
 */
export function decideGate(
  before: Gate,
  configuration: ConfigurationTruth,
  certificate: CertificateTruth | undefined,
  now: number,
): Gate {
  if (before.open) {
    return before;
  }
  if (certificate !== undefined && certificate.installed === undefined) {
    const { mounted, trouble } = certificate;
    return {
      open: false,
      reason: mounted.reason ?? trouble?.reason ?? 'CertificateMissing',
      message: mounted.message ?? trouble?.message ?? 'There is no certificate yet.',
    };
  }
  if (!configuration.composed) {
    return {
      open: false,
      reason: 'ConfigurationRefused',
      message: configuration.problems.join(' ') || 'There is no configuration yet.',
    };
  }
  return {
    open: true,
    reason: certificate === undefined ? 'PlaintextAllowed' : 'CertificateProven',
    message:
      certificate === undefined
        ? 'The configuration is complete; there is no TLS, as was asked for.'
        : 'The certificate is proven and installed, and the configuration is complete.',
    openedAt: now,
  };
}
