import { describeReference, type ObjectReference, referenceTo } from '../../kubernetes';
import { held, type Verdict } from '../verdict';
import { type Observation, type World } from '../world';
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
  const verdict = objectsPresent(world, 'Secrets', 'Secrets');
  return verdict.open ? (emptiedCredentials(world) ?? verdict) : verdict;
};

/** What keys a Secret with a login has. */
const LOGIN = ['username', 'password'];

/** A Secret whose password was generated, and of which somebody has taken a part away since: pods that start would wait for it. */
function emptiedCredentials(world: World): Verdict | undefined {
  for (const { object, generate } of world.desired) {
    const reference = referenceTo(object);
    const empty = generate === undefined ? undefined : emptyKey(world.find(reference), LOGIN);
    if (empty !== undefined) {
      const message = `${describeReference(reference)} has no ${empty}: fill it in, or delete the Secret, and it is made anew.`;
      return held('SecretsIncomplete', message, { blockedBy: reference, needsUser: true });
    }
  }
  return undefined;
}

/** The first of the keys that a Secret does not have; undefined too where its content is not known. */
function emptyKey(observed: Observation, keys: readonly string[]): string | undefined {
  if (observed.state !== 'present' || observed.metadataOnly === true) {
    return undefined;
  }
  const data = (observed.object.data ?? {}) as { readonly [key: string]: unknown };
  return keys.find((key) => !data[key]);
}

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
      ? [{ name: auth.name, keys: LOGIN, field: 'spec.authSecret' }]
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
      const empty = emptyKey(observed, keys);
      return empty === undefined
        ? undefined
        : held('SecretsIncomplete', `${described}, named by ${field}, has no ${empty}: fill it in.`, {
            blockedBy: reference,
          });
    }
  }
}
