import { secretNameProblems } from '../object-names';
import { type Problem } from '../problem';
import { type ProxySQLResource } from '../proxysql-resource';

/** Secrets of a ProxySQL whose names are none. An empty name stands for the default. */
export function secretNamesProblems({ spec }: ProxySQLResource): Problem[] {
  const named: [path: string, name: unknown][] = [
    ['spec.authSecret.name', spec.authSecret?.name],
    ['spec.configuration.init.secretName', spec.configuration?.init?.secretName],
    ['spec.configSecret.name', spec.configSecret?.name],
    ...(spec.tls?.certificates ?? []).map(({ secretName }, index): [string, unknown] => [
      `spec.tls.certificates[${index}].secretName`,
      secretName,
    ]),
  ];
  return named.flatMap(([path, name]) => (name === undefined || name === '' ? [] : secretNameProblems(path, name)));
}
