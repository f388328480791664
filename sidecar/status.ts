import { type CertificateAliasName } from '../lib/names';
import { type ConfigurationTruth } from './configuration-keeper';
import { type DrainState } from './drainer';
import { type PeersTruth } from './peers-keeper';
import { type CertificateTruth, type Gate, type MountedTruth } from './truth';

/** A mounted certificate. */
export interface MountStatus extends MountedTruth {
  readonly alias: CertificateAliasName | 'backend';
}

/** All that the sidecar knows: the body of `/status`. Nothing in it is secret. */
export interface Status {
  readonly gate: Gate;
  /** The answer to the last readiness probe. */
  readonly ready: boolean;
  readonly drain: DrainState;
  readonly configuration: ConfigurationTruth;
  /** Absent where the configuration says nothing about peers. */
  readonly peers?: PeersTruth;
  readonly mounts: readonly MountStatus[];
  /** Absent without a server certificate. */
  readonly certificate?: CertificateTruth;
}
