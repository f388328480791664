import { describeProblem } from '../../problem';
import { held, open } from '../verdict';
import { type Gate } from './gate';

/** The resource itself is sound. */
export const resourceValid: Gate = ({ problems }) => {
  const [first] = problems;
  if (first === undefined) {
    return open('SpecAccepted', 'The resource is valid.');
  }
  const more = problems.length === 1 ? '' : ` (1 of ${problems.length} problems)`;
  return held('SpecRefused', `${describeProblem(first)}${more}`, { needsUser: true });
};
