import { checkConfiguration } from '../cnf/checks';
import { effectiveCertificates, MAX_REPLICAS } from '../defaults';
import { ALLOW_PLAINTEXT_ANNOTATION } from '../labels';
import { type Problem } from '../problem';
import { type AppBindingResource, type IssuerReference, type ProxySQLResource } from '../proxysql-resource';
import { RuntimeKind } from '../runtime';
import { validateAgainstSchema } from '../schema/validate';
import { certificateProblems } from './certificates';
import { issuerGroupProblems } from './issuer-groups';
import { kubedbProblems } from './kubedb';
import { metadataProblems } from './metadata';
import { monitoringProblems } from './monitoring';
import { nameProblems } from './names';
import { overlaysProblems } from './overlays';
import { podReferencesProblems } from './pod-references';
import { podSchedulingProblems } from './pod-scheduling';
import { podTemplateProblems } from './pod-template';
import { replicasProblems } from './replicas';
import { secretNamesProblems } from './secret-names';
import { secretRolesProblems } from './secret-roles';
import { serviceTemplatesProblems } from './service-templates';
import { standaloneProblems } from './standalone';
import { unreported } from './unreported';
import { without } from './without';

/** What validation depends on besides the resource. */
export interface ValidationOptions {
  /** Whether an issuer is known to speak ACME. */
  readonly isAcme: (issuer: IssuerReference) => boolean;
  readonly runtime: RuntimeKind;
  /** The backend, where it is known. */
  readonly appBinding?: AppBindingResource;
}

/**
 * Everything that is wrong with a ProxySQL: first by the schema that the API server uses, then what a schema cannot say. Parts that the schema
 * refuses are left out of the further checks, so that one mistake is reported once and all of them at the same time.
 */
export function validateProxySQL(resource: ProxySQLResource, options: ValidationOptions): Problem[] {
  const schema = validateAgainstSchema('ProxySQL', resource);
  const sound = without(resource, schema);
  const { name, namespace = 'default', annotations } = sound.metadata;
  const tls = effectiveCertificates(sound, options).length > 0;
  const others = [
    ...nameProblems(name),
    ...replicasProblems(sound.spec.replicas),
    ...metadataProblems(sound.metadata),
    ...secretNamesProblems(sound),
    ...secretRolesProblems(sound, options),
    ...overlaysProblems(sound),
    ...certificateProblems(sound, options.isAcme),
    ...issuerGroupProblems(sound),
    ...podReferencesProblems(sound),
    ...podSchedulingProblems(sound),
    ...serviceTemplatesProblems(sound),
    ...monitoringProblems(sound),
    ...checkConfiguration({
      name,
      namespace,
      replicas: Math.min(sound.spec.replicas ?? 1, MAX_REPLICAS),
      spec: sound.spec,
      appBinding: options.appBinding,
      tls,
      allowPlaintext: annotations?.[ALLOW_PLAINTEXT_ANNOTATION] === 'true',
    }),
    // KubeDB's pods are made of something else.
    ...(options.runtime === RuntimeKind.KUBEDB ? kubedbProblems(sound) : podTemplateProblems(sound)),
    ...(options.runtime === RuntimeKind.STANDALONE ? standaloneProblems(sound, options.appBinding) : []),
  ];
  return [...schema, ...unreported(others, schema)];
}
