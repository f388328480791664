import { describeReference, type ObjectReference } from '../../kubernetes';
import { held, type Verdict } from '../verdict';
import { type World } from '../world';
import { type Gate } from './gate';
import { objectsPresent } from './objects-present';

/** Credentials and configuration are there: those that are made here, and those that the user promised. */
export const secretsPresent: Gate = (world) => {
  for (const { name, keys, field } of promisedSecrets(world)) {
    const verdict = judgePromised(world, name, keys, field);
    if (verdict !== undefined) {
      return verdict;
    }
  }
  return objectsPresent(world, 'Secrets', 'Secrets');
};

interface Promised {
  readonly name: string;
  readonly keys: readonly string[];
  readonly field: string;
}

function promisedSecrets({ proxysql: { spec } }: World): Promised[] {
  const auth = spec.authSecret;
  const init = spec.configuration?.init?.secretName;
  const former = spec.configSecret?.name;
  return [
    ...(auth?.externallyManaged === true && auth.name
      ? [{ name: auth.name, keys: ['username', 'password'], field: 'spec.authSecret' }]
      : []),
    ...(init
      ? [{ name: init, keys: [], field: 'spec.configuration.init.secretName' }]
      : former
        ? [{ name: former, keys: [], field: 'spec.configSecret' }]
        : []),
  ];
}

function judgePromised(world: World, name: string, keys: readonly string[], field: string): Verdict | undefined {
  const { namespace } = world.proxysql.metadata;
  const reference: ObjectReference = {
    apiVersion: 'v1',
    kind: 'Secret',
    ...(namespace !== undefined && { namespace }),
    name,
  };
  const described = describeReference(reference);
  const observed = world.find(reference);
  switch (observed.state) {
    case 'absent':
      return held('SecretsMissing', `${described}, named by ${field}, does not exist: create it.`, {
        blockedBy: reference,
      });
    case 'unreadable':
      return held('SecretsUnreadable', `${described}, named by ${field}, cannot be read: ${observed.why}.`, {
        blockedBy: reference,
        needsUser: true,
      });
    case 'present': {
      if (observed.metadataOnly === true) {
        return undefined;
      }
      const data = (observed.object.data ?? {}) as { readonly [key: string]: unknown };
      const empty = keys.find((key) => !data[key]);
      return empty === undefined
        ? undefined
        : held('SecretsIncomplete', `${described}, named by ${field}, has no ${empty}.`, { blockedBy: reference });
    }
  }
}
