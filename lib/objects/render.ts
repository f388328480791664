import { type RenderedObject } from '../graph/rendered-object';
import { type StepId } from '../graph/step-id';
import { type KubernetesObject } from '../kubernetes';
import { isIssued } from '../defaults';
import { certificate } from './certificate';
import { configurationSecret } from './configuration-secret';
import { renderContext, type RenderContext, type RenderInput } from './context';
import { generatedCredentials } from './credentials';
import { governingService } from './governing-service';
import { networkPolicy } from './network-policy';
import { podDisruptionBudget } from './pod-disruption-budget';
import { primaryService } from './primary-service';
import { serviceAccount } from './service-account';
import { serviceMonitor } from './service-monitor';
import { statefulSet } from './stateful-set';
import { statsService } from './stats-service';

type Builder = (context: RenderContext) => KubernetesObject | undefined | readonly KubernetesObject[];

/** Which builder makes the objects of which step. */
const BUILDERS: readonly (readonly [StepId, Builder])[] = [
  ['Secrets', configurationSecret],
  ['Services', governingService],
  ['Services', primaryService],
  ['Services', statsService],
  ['Access', serviceAccount],
  ['Access', networkPolicy],
  [
    'Certificates',
    (context) => context.effective.certificates.filter(isIssued).map((wanted) => certificate(context, wanted)),
  ],
  ['Workload', podDisruptionBudget],
  ['Workload', statefulSet],
  ['Monitoring', serviceMonitor],
];

/**
 * Everything that a ProxySQL becomes, each object with the step that creates it. The operator applies exactly these; the standalone runtime
 * writes exactly these. The same input always gives the same objects, byte for byte.
 */
export function render(input: RenderInput): RenderedObject[] {
  const context = renderContext(input);
  return [
    ...generatedCredentials(context).map(({ object, username }): RenderedObject => ({
      step: 'Secrets',
      object,
      generate: { username },
    })),
    ...BUILDERS.flatMap(([step, build]) => {
      const built = build(context);
      const objects = built === undefined ? [] : Array.isArray(built) ? built : [built];
      return (objects as readonly KubernetesObject[]).map((object): RenderedObject => ({ step, object }));
    }),
  ];
}
