import { type Effective, isIssued } from './defaults';
import { type NameClaim } from './name-claims';
import { configurationSecretName, governingServiceName, monitorSecretName, statsServiceName } from './names';
import { type ProxySQLResource } from './proxysql-resource';

/** The objects of a ProxySQL whose names could be those of others; the rest have the same names, so that one complaint is enough. */
export function proxysqlClaims(
  { metadata, spec }: ProxySQLResource,
  { certificates, ...settings }: Effective,
): NameClaim[] {
  const { name, namespace } = metadata;
  const issued = certificates.filter(isIssued);
  const names: readonly (readonly [kind: string, names: readonly string[]])[] = [
    ['ProxySQL', [name]],
    ['Service', [name, governingServiceName(name), ...(settings.monitored ? [statsServiceName(name)] : [])]],
    [
      'Secret',
      [
        configurationSecretName(name),
        monitorSecretName(name),
        ...(spec.authSecret?.name ? [] : [settings.authSecretName]),
        ...issued.map(({ secretName }) => secretName),
      ],
    ],
    ['Certificate', issued.map((certificate) => certificate.name)],
  ];
  return names.flatMap(([kind, all]) => all.map((each) => ({ kind, namespace: namespace ?? 'default', name: each })));
}
