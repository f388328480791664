import { X509Certificate } from 'node:crypto';
import { type Problem } from './problem';

const CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Text as Kubernetes carries bytes. */
export function base64(text: string): string;
export function base64(text: string | undefined): string | undefined;
export function base64(text: string | undefined): string | undefined {
  return text === undefined ? undefined : Buffer.from(text, 'utf8').toString('base64');
}

/** What is wrong with CA certificates that an object carries: PEM in base64, certificates only, each one readable. */
export function caBundleProblems(path: string, bundle: unknown): Problem[] {
  if (bundle === undefined) {
    return [];
  }
  const pem = Buffer.from(String(bundle), 'base64').toString('utf8');
  const wrong = (message: string): Problem[] => [
    { path, message, remedy: 'Give the CA certificates as PEM text, and nothing else' },
  ];
  if (pem.includes('PRIVATE KEY-----')) {
    return wrong('There is a private key among the CA certificates');
  }
  const certificates = pem.match(CERTIFICATE) ?? [];
  if (certificates.length === 0) {
    return wrong('There is no PEM certificate in it');
  }
  return certificates.every(isReadable) ? [] : wrong('One of the PEM blocks in it is not a certificate');
}

function isReadable(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
