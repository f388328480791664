import { clusterTest } from './harness/cluster-test';
import { condition, type KubeObject } from './harness/kube-object';
import { createReady, proxysql, proxysqlRef, requireDefinitions, withOperator } from './operator-fixture';

/** What somebody may write who may create ProxySQLs, and what it must not do to anybody else. */

beforeAll(requireDefinitions, 60_000);

const inline = (mysqlVariables: object): Record<string, unknown> => ({
  configuration: { init: { inline: { mysqlVariables } } },
});

const HOSTILE: readonly KubeObject[] = [
  proxysql('countless', { replicas: 2 ** 31 - 1 }),
  proxysql('endless', inline({ ['a.'.repeat(400_000)]: 1 })),
  proxysql('deep', inline({ threads: JSON.parse('['.repeat(4_000) + ']'.repeat(4_000)) as unknown })),
];

clusterTest(
  'given ProxySQLs that are made to stop the operator, then it refuses each by its status, and serves the others',
  async ({ namespace, kubeconfig }) => {
    const { admin } = namespace;
    for (const object of HOSTILE) {
      await admin.create(object);
    }
    await withOperator(namespace, kubeconfig, async ({ log }) => {
      await createReady(admin, proxysql('proxy'));
      for (const { metadata } of HOSTILE) {
        const reference = proxysqlRef(metadata.name);
        await admin.patch(reference, { metadata: { annotations: { seen: 'yes' } } });
        await admin.until(reference, (seen) => condition(seen, 'ResourceValid')?.reason === 'SpecRefused');
      }
      expect(log.filter((line) => line.includes('Watch interrupted'))).toEqual([]);
    });
  },
);
