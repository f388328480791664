import { ALLOW_PLAINTEXT_ANNOTATION } from '../../labels';
import { wantsTls } from '../desired';
import { held, open } from '../verdict';
import { type Gate } from './gate';

/** Without TLS nothing starts, unless somebody says so aloud. */
export const plaintextRefused: Gate = (world) => {
  if (wantsTls(world)) {
    return open('TLSRequested', 'The resource asks for TLS.');
  }
  return world.proxysql.metadata.annotations?.[ALLOW_PLAINTEXT_ANNOTATION] === 'true'
    ? open('PlaintextAllowed', `Plaintext is allowed by the annotation ${ALLOW_PLAINTEXT_ANNOTATION}.`)
    : held(
        'TLSMissing',
        `spec.tls is missing: give it an issuerRef, or allow plaintext with the annotation ${ALLOW_PLAINTEXT_ANNOTATION}: "true".`,
        { needsUser: true },
      );
};
