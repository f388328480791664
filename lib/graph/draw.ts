import { type Step, STEPS } from './steps';

/** Draws the graph in Mermaid's language, for the documentation. */
export function drawGraph(steps: readonly Step[] = STEPS): string {
  return [
    'flowchart TD',
    ...steps.map(({ id, number, actor, title }) => `  ${id}["${number} · ${actor}<br/>${title}"]`),
    ...steps.flatMap(({ id, dependsOn, gates }) => {
      const label = gates.length === 0 ? '' : `|${gates.map(({ gate }) => gate).join('<br/>')}|`;
      // The gates stand before the step, whichever way leads to it: they are written once.
      return dependsOn.map((before, index) => `  ${before} -->${index === 0 ? label : ''} ${id}`);
    }),
    '',
  ].join('\n');
}

/** Explains the steps, one a line, for people. */
export function explainGraph(steps: readonly Step[] = STEPS): string[] {
  return steps.map(({ number, actor, title, creates, gates }) => {
    const what = creates.length === 0 ? '' : ` (${creates.join(', ')})`;
    const until = gates.length === 0 ? '' : `, held until ${gates.map(({ gate }) => gate).join(', ')}`;
    return `${number}. ${actor} ${title}${what}${until}`;
  });
}
