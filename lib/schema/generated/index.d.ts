// Written by scripts/schema.ts from the definitions of the kinds.
import { type Kinds } from '../kinds';

export declare const kinds: Kinds;
