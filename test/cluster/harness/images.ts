import { join } from 'node:path';

import { build } from '../driver/build';
import { importImage } from '../driver/node';
import { type ClusterState } from '../driver/state';
import { type ImageSpec, writeImage } from '../tools/image-maker';

/** Makes an image and hands it to the node of a cluster: pods can then name it, with `imagePullPolicy: IfNotPresent`. */
export async function loadImage(cluster: ClusterState, spec: ImageSpec): Promise<void> {
  const archive = join(cluster.directory, `${spec.name.replaceAll(/[^a-z0-9.]+/gi, '-')}.tar`);
  writeImage(spec, archive);
  await loadArchive(cluster, archive);
}

/** Hands an image that lies in a file as an OCI archive to the node of a cluster. */
export async function loadArchive(cluster: ClusterState, archive: string): Promise<void> {
  const { node } = await build('node');
  if (node === undefined || cluster.tier !== 'node') {
    throw new Error(`The cluster '${cluster.name}' has no node that could take ${archive}.`);
  }
  await importImage(cluster, node, archive);
}
