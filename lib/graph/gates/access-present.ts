import { type Gate } from './gate';
import { objectsPresent } from './objects-present';

/** The pods' identity and the rules for their network are there before any pod is. */
export const accessPresent: Gate = (world) => objectsPresent(world, 'Access', 'Access');
