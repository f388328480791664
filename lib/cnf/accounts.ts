import { isCnfText } from './ast';
import { type Findings } from './fragments';

/** A user name and its password. */
export interface Account {
  readonly username: string;
  readonly password: string;
}

/** Finds out whether an account can be used at all. */
export function checkAccount({ username, password }: Account, where: string, findings: Findings): void {
  for (const [key, value] of Object.entries({ username, password })) {
    const path = `${where}, key ${key}`;
    if (value === '') {
      findings.fail(path, 'it is empty', 'Fill it in');
    } else if (!isCnfText(value)) {
      findings.fail(path, 'it is not text without NUL characters', 'Choose another one');
    }
  }
}

/** Finds out whether the accounts of the admin interface can be used: ProxySQL takes them from lists `user:password;user:password`. */
export function checkAdministrators(
  accounts: { readonly admin: Account; readonly stats: Account },
  peers: number,
  findings: Findings,
): void {
  const { admin, stats } = accounts;
  const places: [Account, string][] = [
    [admin, 'auth Secret'],
    [stats, 'generated statistics account'],
  ];
  for (const [account, where] of places) {
    checkAccount(account, where, findings);
    for (const [key, value] of Object.entries({ username: account.username, password: account.password })) {
      if (/[:;"]/.test(value)) {
        findings.fail(
          `${where}, key ${key}`,
          'it contains one of : ; and ", with which it would end early in the list of accounts that ProxySQL keeps',
          'Choose one of letters and digits',
        );
      }
    }
  }
  if (admin.username === 'admin') {
    if (admin.password === 'admin') {
      findings.fail('auth Secret, key password', 'it is the well-known default', 'Choose a random one');
    }
    if (peers > 1) {
      findings.fail(
        'auth Secret, key username',
        'ProxySQL lets a user of the name admin connect from its own host only, so peers could not synchronize',
        'Choose another name, e.g. cluster',
      );
    }
  }
  if (admin.username === stats.username) {
    findings.fail('auth Secret, key username', 'the statistics account has the same name', 'Choose another name');
  }
}
