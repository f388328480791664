import { type Gate } from './gate';
import { objectsPresent } from './objects-present';

/** The Services are there, so that the names in the certificates mean something. */
export const servicesPresent: Gate = (world) => objectsPresent(world, 'Services', 'Services');
