import { describeReference, type ObjectReference } from '../../kubernetes';
import { held, open } from '../verdict';
import { type Gate } from './gate';

/** API version of AppBinding. */
const APP_BINDING_VERSION = 'appcatalog.appscode.com/v1alpha1';

/** The database that ProxySQL stands in front of is known. */
export const backendResolved: Gate = (world) => {
  const { proxysql } = world;
  const name = proxysql.spec.backend?.name;
  if (name === undefined || name === '') {
    return held('BackendNotNamed', 'spec.backend.name is missing: name the AppBinding of the database.', {
      needsUser: true,
    });
  }
  const { namespace } = proxysql.metadata;
  const reference: ObjectReference = {
    apiVersion: APP_BINDING_VERSION,
    kind: 'AppBinding',
    ...(namespace !== undefined && { namespace }),
    name,
  };
  const described = describeReference(reference);
  const observed = world.find(reference);
  switch (observed.state) {
    case 'present':
      return open('BackendFound', `${described} describes the database.`);
    case 'absent':
      return held('BackendNotFound', `${described} does not exist: create it, it tells where the database is.`, {
        blockedBy: reference,
      });
    case 'unreadable':
      return held('BackendUnreadable', `${described} cannot be read: ${observed.why}.`, {
        blockedBy: reference,
        needsUser: true,
      });
  }
};
