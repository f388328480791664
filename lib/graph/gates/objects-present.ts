import { describeReference, referenceTo } from '../../kubernetes';
import { ownershipOf } from '../ownership';
import { type StepId } from '../step-id';
import { held, open, type Verdict } from '../verdict';
import { type World } from '../world';

/** All that a step wants is there, and belongs to this ProxySQL. */
export function objectsPresent(world: World, step: StepId, what: string): Verdict {
  const wanted = world.desired.filter((rendered) => rendered.step === step);
  for (const { object, generate } of wanted) {
    const reference = referenceTo(object);
    const described = describeReference(reference);
    const observed = world.find(reference);
    if (observed.state === 'absent') {
      return held(`${what}Missing`, `${described} is not there yet.`, { blockedBy: reference });
    }
    if (observed.state === 'unreadable') {
      return held(`${what}Unreadable`, `${described} cannot be read: ${observed.why}.`, {
        blockedBy: reference,
        needsUser: true,
      });
    }
    if (ownershipOf(observed.object, world.proxysql, generate !== undefined) === 'foreign') {
      return held('Conflict', `${described} belongs to somebody else and is left alone: rename or delete it.`, {
        blockedBy: reference,
        needsUser: true,
      });
    }
  }
  return open(`${what}Present`, wanted.length === 1 ? 'It is there.' : `All ${wanted.length} are there.`);
}
