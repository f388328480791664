import { isIP } from 'node:net';
import { type Problem } from './problem';

/** The names that a certificate is to be valid for. */
export interface SubjectAlternativeNames {
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
  readonly uris?: readonly string[];
  readonly emailAddresses?: readonly string[];
}

const MAX_DNS_NAME = 253;
const MAX_DNS_LABEL = 63;
const MAX_EMAIL_LOCAL_PART = 64;

/** What is wrong with the names; `path` is that of the object that holds the four lists. */
export function subjectAlternativeNameProblems(path: string, names: SubjectAlternativeNames): Problem[] {
  return [
    ...listProblems(`${path}.dnsNames`, names.dnsNames, dnsNameProblem),
    ...listProblems(`${path}.ipAddresses`, names.ipAddresses, ipAddressProblem),
    ...listProblems(`${path}.uris`, names.uris, uriProblem),
    ...listProblems(`${path}.emailAddresses`, names.emailAddresses, emailAddressProblem),
  ];
}

type Check = (path: string, value: string) => Problem | undefined;

function listProblems(path: string, values: readonly string[] = [], check: Check): Problem[] {
  const seen = new Set<string>();
  return values.flatMap((value, index) => {
    if (typeof value !== 'string') {
      // The schema has said so already.
      return [];
    }
    const isRepeated = seen.has(value);
    seen.add(value);
    const problem =
      check(`${path}[${index}]`, value) ?? (isRepeated ? duplicate(`${path}[${index}]`, value) : undefined);
    return problem === undefined ? [] : [problem];
  });
}

function duplicate(path: string, value: string): Problem {
  return problemOf(path, value, 'This is in the list twice', 'Leave one of them out');
}

/** What is wrong with a DNS name in a certificate; a wildcard may be its whole leftmost label. */
export function dnsNameProblem(path: string, value: string): Problem | undefined {
  const wrong = (message: string, remedy: string): Problem => problemOf(path, value, message, remedy);
  if (value === '') {
    return wrong('This name is empty', 'Write a DNS name such as db.example.com, or leave the entry out');
  }
  if (isIP(unbracketed(value)) !== 0) {
    return wrong('This is an IP address, which clients do not look for among DNS names', 'Move it to ipAddresses');
  }
  if (value.includes('://')) {
    return wrong('This is a URI', 'Write its host only, or move it to uris');
  }
  if (value.includes('@')) {
    return wrong('This is an e-mail address', 'Move it to emailAddresses');
  }
  if (value.length > MAX_DNS_NAME) {
    return wrong(
      `This name has ${value.length} characters; DNS allows ${MAX_DNS_NAME}`,
      'Shorten it, for example with a shorter namespace',
    );
  }
  if (value.endsWith('.')) {
    return wrong('Names in certificates do not end with a dot', 'Leave the last dot out');
  }
  const labels = value.split('.');
  if (labels.some((label, index) => label.includes('*') && (index > 0 || label !== '*')) || value === '*') {
    return wrong(
      'A wildcard stands for one whole label, the leftmost, with a domain after it',
      'Write it as in *.db.example.com',
    );
  }
  const long = labels.find((label) => label.length > MAX_DNS_LABEL);
  if (long !== undefined) {
    return wrong(
      `The part between two dots may have ${MAX_DNS_LABEL} characters; one here has ${long.length}`,
      `Shorten ${JSON.stringify(long)}`,
    );
  }
  const bad = labels.find((label) => label !== '*' && !/^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?$/i.test(label));
  if (bad !== undefined) {
    return wrong(
      `${JSON.stringify(bad)} is no part of a DNS name`,
      'Use letters, digits and inner hyphens between dots; write an international name in its xn-- form',
    );
  }
  return undefined;
}

/** What is wrong with an IP address in a certificate. */
export function ipAddressProblem(path: string, value: string): Problem | undefined {
  if (isIP(value) !== 0 && !value.includes('%')) {
    return undefined;
  }
  if (value.includes('/')) {
    return problemOf(
      path,
      value,
      'This is a range; a certificate names single addresses',
      `Write one address, such as ${JSON.stringify(value.slice(0, value.indexOf('/')))}`,
    );
  }
  if (value.includes('%')) {
    return problemOf(
      path,
      value,
      'An address in a certificate has no zone',
      'Leave out the percent sign and what follows',
    );
  }
  if (isIP(unbracketed(value)) !== 0) {
    return problemOf(path, value, 'Brackets belong to URLs', `Write ${unbracketed(value)}`);
  }
  return problemOf(
    path,
    value,
    'This is not an IP address',
    'Write an IPv4 or IPv6 address such as 10.0.0.7 or fd00::7; names go to dnsNames',
  );
}

/** What is wrong with a URI in a certificate; SPIFFE IDs are held to their own rules. */
export function uriProblem(path: string, value: string): Problem | undefined {
  const printable = [...value].every((character) => character > ' ' && character <= '~');
  if (!printable || !/^[a-z][a-z0-9+.-]*:./i.test(value) || !URL.canParse(value)) {
    return problemOf(
      path,
      value,
      'This is not an absolute URI in ASCII',
      'Write scheme and path, such as spiffe://cluster.local/ns/demo/sa/app',
    );
  }
  return /^spiffe:/i.test(value) ? spiffeProblem(path, value) : undefined;
}

function spiffeProblem(path: string, value: string): Problem | undefined {
  const id = /^spiffe:\/\/[a-z0-9._-]+((?:\/[A-Za-z0-9._-]+)*)$/.exec(value);
  const segments = id === null ? ['.'] : (id[1] ?? '').split('/');
  return segments.includes('.') || segments.includes('..')
    ? problemOf(
        path,
        value,
        'This is not a SPIFFE ID: a lower-case trust domain, then a path of letters, digits, dots, hyphens and underscores',
        'Write it as in spiffe://cluster.local/ns/demo/sa/app, without port, user, query or last slash',
      )
    : undefined;
}

/** What is wrong with an e-mail address in a certificate. */
export function emailAddressProblem(path: string, value: string): Problem | undefined {
  const remedy = 'Write the bare address, such as dba@example.com, without a name or angle brackets';
  const match = /^([A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]+)@([^@]+)$/.exec(value);
  const [, local = '', domain = ''] = match ?? [];
  if (
    match === null ||
    /^\.|\.\.|\.$/.test(local) ||
    domain.includes('*') ||
    dnsNameProblem(path, domain) !== undefined
  ) {
    return problemOf(path, value, 'This is not an e-mail address', remedy);
  }
  if (local.length > MAX_EMAIL_LOCAL_PART) {
    return problemOf(
      path,
      value,
      `The part before the @ has ${local.length} characters; ${MAX_EMAIL_LOCAL_PART} are allowed`,
      'Use a shorter address',
    );
  }
  return undefined;
}

function unbracketed(value: string): string {
  return value.replace(/^\[(.*)\]$/, '$1');
}

function problemOf(path: string, value: string, message: string, remedy: string): Problem {
  return { path, value: JSON.stringify(value), message, remedy };
}
