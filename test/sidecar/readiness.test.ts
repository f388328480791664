import { decideReadiness, type ReadinessInput } from '../../sidecar/readiness';
import { type CertificateTruth } from '../../sidecar/truth';

const certificate: CertificateTruth = {
  mounted: { proven: true },
  servedIsInstalled: true,
  servedIsMounted: true,
  reloads: 0,
  reloadFailures: 0,
  formerAuthorities: 0,
};
const good: ReadinessInput = {
  gate: { open: true, reason: 'CertificateProven', message: '' },
  draining: false,
  adminAnswers: true,
  certificate,
  listens: false,
};

describe('decideReadiness', () => {
  it.each<[Partial<ReadinessInput>, boolean, string]>([
    [{}, true, 'Serving'],
    [{ certificate: { ...certificate, servedIsMounted: false } }, true, 'Serving'],
    [{ gate: { open: false, reason: 'Expired', message: '' } }, false, 'Expired'],
    [{ draining: true }, false, 'Draining'],
    [{ adminAnswers: false }, false, 'AdminUnavailable'],
    [{ certificate: { ...certificate, unserved: 'refused' } }, false, 'NotServing'],
    [{ certificate: { ...certificate, servedIsInstalled: false } }, false, 'WrongCertificate'],
    [{ certificate: undefined, listens: true }, true, 'Listening'],
    [{ certificate: undefined }, false, 'NotListening'],
  ])('%j: %s, %s', (change, ok, reason) => {
    expect(decideReadiness({ ...good, ...change })).toMatchObject({ ok, reason });
  });
});
