import { effective, type DefaultingOptions, isIssued } from '../defaults';
import { configurationSecretName, monitorSecretName, usersSecretName } from '../names';
import { isObjectName } from '../object-names';
import { type Problem } from '../problem';
import { type ProxySQLResource } from '../proxysql-resource';

/** What a Secret of a ProxySQL is for. */
interface Role {
  /** As a message calls it. */
  readonly title: string;
  readonly secretName: string;
  /** The field that names it; absent where the name is the default. */
  readonly path?: string;
  readonly certificate?: 'client' | 'issued' | 'supplied';
}

/** A Secret has one purpose: what is written into it for another, or mounted as another, is lost or given to the wrong people. */
export function secretRolesProblems(resource: ProxySQLResource, options: DefaultingOptions): Problem[] {
  // What is no name may be a password, and is told by others, without the value.
  const roles = rolesOf(resource, options).filter(({ secretName }) => isObjectName(secretName));
  return roles.flatMap((role, index) =>
    roles.slice(0, index).flatMap((other) => {
      const [named, kept] = role.path === undefined ? [other, role] : [role, other];
      return role.secretName === other.secretName && named.path !== undefined && collide(role, other)
        ? [{ path: named.path, value: JSON.stringify(named.secretName), ...sentences(named, kept) }]
        : [];
    }),
  );
}

function rolesOf(resource: ProxySQLResource, options: DefaultingOptions): Role[] {
  const { metadata, spec } = resource;
  const { authSecretName, certificates, initSecretName } = effective(resource, options);
  const init = spec.configuration?.init?.secretName ? 'spec.configuration.init.secretName' : 'spec.configSecret.name';
  return [
    { title: 'the configuration', secretName: configurationSecretName(metadata.name) },
    { title: 'the account that ProxySQL watches the database with', secretName: monitorSecretName(metadata.name) },
    { title: 'the passwords of users', secretName: usersSecretName(metadata.name) },
    {
      title: 'the account of the administrator',
      secretName: authSecretName,
      ...(spec.authSecret?.name && { path: 'spec.authSecret.name' }),
    },
    ...(initSecretName === undefined
      ? []
      : [{ title: 'configuration of your own', secretName: initSecretName, path: init }]),
    ...certificates.map((certificate): Role => {
      const { alias, secretName } = certificate;
      const index = spec.tls?.certificates?.findIndex((entry) => entry.alias === alias && entry.secretName) ?? -1;
      return {
        title: `the ${alias} certificate`,
        secretName,
        ...(index >= 0 && { path: `spec.tls.certificates[${index}].secretName` }),
        certificate: alias === 'client' ? 'client' : isIssued(certificate) ? 'issued' : 'supplied',
      };
    }),
  ];
}

/** One supplied certificate may be for all that serves; two that are issued would be written over each other. */
function collide(role: Role, other: Role): boolean {
  return !(role.certificate === 'supplied' && other.certificate === 'supplied');
}

function sentences(named: Role, kept: Role): Pick<Problem, 'message' | 'remedy'> {
  const client = [named, kept].find(({ certificate }) => certificate === 'client');
  const server = [named, kept].find((role) => role.certificate !== undefined && role !== client);
  return client !== undefined && server !== undefined
    ? {
        message: 'Clients get this Secret, and it is that of a server too: with its key they could pass for the server',
        remedy: 'Give the client certificate a Secret of its own',
      }
    : {
        message: `This Secret is the one for ${kept.title}, and cannot be the one for ${named.title} too`,
        remedy: 'Use another name',
      };
}
