import { deadParts } from '../driver/parts';
import { type ClusterState, readState } from '../driver/state';
import { ClusterParts } from './cluster-parts';
import { clusterTest } from './cluster-test';
import { isTrue } from './kube-object';

clusterTest(
  'what was asked of a part while it was away, it does when it is back',
  async ({ namespace: { admin }, cluster }) => {
    const { directory } = cluster as ClusterState;
    const parts = new ClusterParts(cluster as ClusterState);
    const issuer = {
      apiVersion: 'cert-manager.io/v1',
      kind: 'Issuer',
      metadata: { name: 'self-signed' },
      spec: { selfSigned: {} },
    };
    const dead = (): string[] => deadParts(readState(directory) as ClusterState);

    await parts.crash('cert-manager');
    try {
      expect(dead()).toEqual(['cert-manager']);
      await admin.create(issuer);
    } finally {
      parts.restart('cert-manager');
    }

    expect(dead()).toEqual([]);
    await admin.until(issuer, (seen) => isTrue(seen));
  },
  { ownCluster: true },
);

clusterTest(
  'a part that does not exist is refused by name',
  async ({ cluster }) => {
    const parts = new ClusterParts(cluster as ClusterState);

    await expect(parts.crash('etdc')).rejects.toThrow(/The cluster has no part 'etdc'; it has cert-manager, /);
  },
  { ownCluster: true },
);
