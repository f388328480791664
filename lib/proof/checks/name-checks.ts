import { type Certificate } from '../certificate';
import { canonicalAddress } from '../ip-address';
import { type ExpectedNames } from '../proof';
import { type Check } from './check';

/** The certificate is valid for every name under which it will be used. */
export const namesCovered: Check = ({ input, leaf }) => {
  const missing = uncoveredNames(leaf, input.expected);
  if (missing.length === 0) {
    return undefined;
  }
  const more = missing.length > SHOWN_NAMES ? ` and ${missing.length - SHOWN_NAMES} more` : '';
  return {
    reason: 'NameNotCovered',
    message: `The certificate is not valid for ${missing.slice(0, SHOWN_NAMES).join(', ')}${more}.`,
  };
};

const SHOWN_NAMES = 3;

function uncoveredNames(leaf: Certificate, expected: ExpectedNames): string[] {
  // A certificate and a resource can each name tens of thousands.
  const patterns = new Set(leaf.dnsNames.map(normalized));
  const addresses = new Set(leaf.ipAddresses);
  const uris = new Set(leaf.uris);
  const emails = new Set(leaf.emailAddresses.map(lowerCase));
  return [
    ...(expected.dnsNames ?? []).filter((name) => !isCoveredBy(patterns, normalized(name))),
    ...(expected.ipAddresses ?? []).filter((address) => !addresses.has(canonicalAddress(address) ?? '')),
    ...(expected.uris ?? []).filter((uri) => !uris.has(uri)),
    ...(expected.emailAddresses ?? []).filter((email) => !emails.has(email.toLowerCase())),
  ];
}

/** Whether a name of a certificate covers another: equal, or a wildcard for exactly its first label. */
export function covers(pattern: string, name: string): boolean {
  return isCoveredBy(new Set([normalized(pattern)]), normalized(name));
}

function isCoveredBy(patterns: ReadonlySet<string>, name: string): boolean {
  if (patterns.has(name)) {
    return name !== '';
  }
  const dot = name.indexOf('.');
  // A wildcard never covers another wildcard's wider range, nor an empty label.
  return dot > 0 && !name.startsWith('*') && patterns.has(`*${name.slice(dot)}`);
}

function normalized(name: string): string {
  return lowerCase(name).replace(/\.$/, '');
}

function lowerCase(text: string): string {
  return text.toLowerCase();
}
