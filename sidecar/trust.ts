import { X509Certificate } from 'node:crypto';
import { fingerprint } from './certificate-set';

/** An authority that was replaced, and when. */
export interface FormerAuthority {
  readonly pem: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
}

export interface TrustInput {
  /** Authorities that the installed set trusts; empty before the first one. */
  readonly installed: readonly X509Certificate[];
  /** Authorities of the mounted server certificate, its intermediates included. */
  readonly server: readonly X509Certificate[];
  /** Authorities of the mounted client certificate. */
  readonly client: readonly X509Certificate[];
  /** What was replaced before. */
  readonly former: readonly FormerAuthority[];
  readonly overlapMs: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Whose client certificates are taken besides those of the server certificate's own authorities. */
export interface Trust {
  /** PEM texts, in a stable order. */
  readonly further: readonly string[];
  readonly former: readonly FormerAuthority[];
  /** When one of them is no longer needed, milliseconds since the epoch. */
  readonly nextChange?: number;
}

/**
 * While an authority is being replaced, clients hold certificates of both. So an authority that was trusted stays so as long as the
 * mounted client certificate comes with it, and for the overlap after it was last named anywhere, but never beyond its own end.
 */
export function decideTrust(input: TrustInput): Trust {
  const { installed, server, client, now, overlapMs } = input;
  const named = new Set([...server, ...client].map(fingerprint));
  // The clock may have been set back since.
  const before = input.former.map(({ pem, since }) => ({ pem, since: Math.min(since, now) }));
  const known = new Map(before.map((entry) => [fingerprint(new X509Certificate(entry.pem)), entry]));
  for (const authority of installed) {
    const id = fingerprint(authority);
    if (authority.ca && !named.has(id) && !known.has(id)) {
      known.set(id, { pem: authority.toString(), since: now });
    }
  }
  const former = [...known]
    .filter(([id]) => !named.has(id))
    .map(([, entry]) => ({ entry, end: endOf(entry, overlapMs) }))
    .filter(({ end }) => now < end);
  const nextChange = Math.min(...former.map(({ end }) => end));
  return {
    further: [...client.map((authority) => authority.toString()), ...former.map(({ entry }) => entry.pem)],
    former: former.map(({ entry }) => entry),
    ...(Number.isFinite(nextChange) && { nextChange }),
  };
}

function endOf({ pem, since }: FormerAuthority, overlapMs: number): number {
  return Math.min(since + overlapMs, Date.parse(new X509Certificate(pem).validTo));
}
