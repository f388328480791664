import { type Evidence } from '../evidence';
import { type Violation } from '../proof';

/** One thing that must hold for a TLS Secret: undefined when it does. */
export type Check = (evidence: Evidence) => Violation | undefined;
