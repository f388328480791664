import { type Gauge as GaugeType } from 'prom-client';
import { type Status } from './status';

const PREFIX = 'proxysql_sidecar';

/** Turns the status into metrics in Prometheus' text form. */
export async function renderMetrics(status: Status): Promise<string> {
  // Loaded for the first scrape: the gate does not wait for it.
  const { Gauge, Registry } = await import('prom-client');
  const registry = new Registry();
  const gauge = (name: string, help: string, value: number | undefined, labels: Record<string, string> = {}): void => {
    const known = registry.getSingleMetric(`${PREFIX}_${name}`) as GaugeType | undefined;
    const metric =
      known ?? new Gauge({ name: `${PREFIX}_${name}`, help, labelNames: Object.keys(labels), registers: [registry] });
    if (value !== undefined) {
      metric.set(labels, value);
    }
  };
  const { certificate } = status;
  gauge('gate_open', 'Whether ProxySQL was let start.', Number(status.gate.open));
  gauge('ready', 'Whether the pod was ready when it was last asked.', Number(status.ready));
  gauge('draining', 'Whether the pod is being drained.', Number(status.drain !== 'none'));
  gauge('configuration_problems', 'Problems found in the configuration.', status.configuration.problems.length);
  gauge(
    'configuration_pending',
    'Whether the mounted configuration differs from the one that ProxySQL was started with.',
    Number(status.configuration.changedSinceStart),
  );
  gauge(
    'peers_pending',
    'Whether ProxySQL was not seen yet to go by the peers of the mounted configuration.',
    Number(status.peers?.applied === false),
  );
  for (const mount of status.mounts) {
    const labels = { alias: mount.alias };
    gauge(
      'mounted_certificate_proven',
      'Whether a mounted certificate passes the proof.',
      Number(mount.proven),
      labels,
    );
    gauge(
      'mounted_certificate_not_after_seconds',
      'When a mounted certificate ends, in seconds since the epoch.',
      mount.notAfter === undefined ? undefined : mount.notAfter / 1000,
      labels,
    );
  }
  if (certificate !== undefined) {
    const { served } = certificate;
    gauge(
      'served_certificate_not_after_seconds',
      'When the certificate that is served ends, in seconds since the epoch.',
      served && served.notAfter / 1000,
    );
    gauge(
      'served_certificate_since_seconds',
      'Since when the certificate is served, in seconds since the epoch.',
      served && served.since / 1000,
    );
    gauge('served_certificate_info', 'The certificate that is served.', served && 1, {
      fingerprint: served?.fingerprint ?? '',
      issuer: served?.issuer ?? '',
      subject: served?.subject ?? '',
    });
    gauge(
      'served_matches_mounted',
      'Whether the mounted certificate is served, and the mounted authorities are loaded.',
      Number(certificate.servedIsMounted),
    );
    gauge('tls_reloads', 'Reloads that ProxySQL took since the sidecar started.', certificate.reloads);
    gauge(
      'tls_reload_failures',
      'Certificates that ProxySQL did not take over, counted since the sidecar started.',
      certificate.reloadFailures,
    );
    gauge(
      'former_authorities',
      'Authorities that are still trusted though they were replaced.',
      certificate.formerAuthorities,
    );
  }
  return await registry.metrics();
}
