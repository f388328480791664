import { type Verdict } from '../verdict';
import { type World } from '../world';

/** A pure function from what was observed to a verdict. */
export type Gate = (world: World) => Verdict;
