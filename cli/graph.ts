import { drawGraph } from '../lib/graph/draw';

/** Prints the dependency graph. */
export function graph(): void {
  console.log(drawGraph());
}
