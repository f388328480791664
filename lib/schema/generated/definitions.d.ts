// Written by scripts/schema.ts from the definitions of the kinds.
import { type KubernetesObject } from '../../kubernetes';

export declare const definitions: readonly KubernetesObject[];
