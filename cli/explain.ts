import { explainGraph } from '../lib/graph/draw';

/** Prints the steps in words. */
export function explain(): void {
  console.log(explainGraph().join('\n'));
}
