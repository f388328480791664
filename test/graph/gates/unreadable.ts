import { type World } from '../../../lib/graph/world';

/** The world, in which objects of one kind cannot be looked at. */
export function unreadable(world: World, kind: string, why = 'forbidden'): World {
  return {
    ...world,
    find: (reference) => (reference.kind === kind ? { state: 'unreadable', why } : world.find(reference)),
  };
}
