import { App } from 'cdk8s';
import fc from 'fast-check';
import { Runtime, TlsProxySQLChart } from '../lib';
import { appBindingResource } from '../lib/app-binding';
import { type KubernetesObject } from '../lib/kubernetes';
import { render } from '../lib/objects/render';
import { type ProxySQLResource } from '../lib/proxysql-resource';
import { SYNC_WAVE_ANNOTATION } from '../lib/sync-wave';
import { validateProxySQL } from '../lib/validation/validate';
import { chartProps } from './support/chart-props';

type Manifest = KubernetesObject & { spec?: unknown };

/** What is the same in every runtime: everything but owners and the order in which GitOps tools apply it. */
function essence({ metadata, ...object }: KubernetesObject): unknown {
  const { annotations = {}, ...rest } = { ...metadata, ownerReferences: undefined };
  const kept = Object.entries(annotations).filter(([key]) => key !== SYNC_WAVE_ANNOTATION);
  return JSON.parse(
    JSON.stringify({
      ...object,
      metadata: kept.length > 0 ? { ...rest, annotations: Object.fromEntries(kept) } : rest,
    }),
  );
}

const byName = (a: KubernetesObject, b: KubernetesObject) =>
  `${a.kind}/${a.metadata.name}` < `${b.kind}/${b.metadata.name}` ? -1 : 1;

describe('runtimes', () => {
  test('given any valid chart, then the operator renders in the cluster what the standalone chart emits', () => {
    fc.assert(
      fc.property(chartProps, (props) => {
        const operatorChart = new TlsProxySQLChart(new App(), 'proxy', {
          ...props,
          runtime: Runtime.operator({ install: false }),
        });
        const standaloneChart = new TlsProxySQLChart(new App(), 'proxy', { ...props, runtime: Runtime.standalone() });
        const resource = (operatorChart.toJson() as Manifest[]).find(
          ({ kind }) => kind === 'ProxySQL',
        ) as ProxySQLResource;
        const inCluster: ProxySQLResource = { ...resource, metadata: { ...resource.metadata, uid: 'uid-1' } };
        const appBinding = appBindingResource(operatorChart.backend);
        expect(
          validateProxySQL(inCluster, { isAcme: () => false, runtime: Runtime.operator().kind, appBinding }),
        ).toEqual([]);

        const fromOperator = render({ proxysql: inCluster, appBinding })
          .filter(({ generate }) => generate === undefined)
          .map(({ object }) => object);
        const fromChart = standaloneChart.toJson() as Manifest[];
        expect(fromChart.sort(byName).map(essence)).toEqual(fromOperator.sort(byName).map(essence));
      }),
      { numRuns: 150 },
    );
  });
});
