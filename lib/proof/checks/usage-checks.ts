import { type CertificateAliasName } from '../../names';
import { type Check } from './check';

const SERVER_AUTH = { oid: '1.3.6.1.5.5.7.3.1', name: 'server auth' };
const CLIENT_AUTH = { oid: '1.3.6.1.5.5.7.3.2', name: 'client auth' };

// Public authorities no longer allow client authentication, so a server's certificate need not have it.
const NEEDED: Readonly<Record<CertificateAliasName, typeof SERVER_AUTH>> = {
  server: SERVER_AUTH,
  client: CLIENT_AUTH,
  'metrics-exporter': SERVER_AUTH,
};

const SERVER_ADVICE = 'See to it that its issuer signs certificates for servers.';
const ADVICE: Readonly<Record<CertificateAliasName, string>> = {
  server: SERVER_ADVICE,
  client:
    'Public authorities sign none for clients: give the entry for the alias client in spec.tls.certificates an issuerRef of its own, such as a private CA.',
  'metrics-exporter': SERVER_ADVICE,
};

/** Its usages allow what it is for. No usages at all means no limits; "any usage" does not satisfy OpenSSL. */
export const usageFits: Check = ({ input, leaf }) => {
  const needed = NEEDED[input.alias];
  if (leaf.extendedUsages !== undefined && !leaf.extendedUsages.includes(needed.oid)) {
    return {
      reason: 'UsageMismatch',
      message: `The certificate is for other purposes: as ${input.alias} certificate it needs the usage "${needed.name}". ${ADVICE[input.alias]}`,
    };
  }
  return leaf.maySign
    ? undefined
    : { reason: 'UsageMismatch', message: 'The certificate lacks the usage "digital signature", which TLS needs.' };
};
