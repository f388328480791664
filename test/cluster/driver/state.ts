import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { stateRoot } from './paths';
import { type ProcessIdentity, type Program } from './processes';

/** What a machine can run: an API server with its controllers, or also a node that runs pods. */
export type Tier = 'control-plane' | 'node';

/** How the node's network namespace is wired to the host. */
export interface NodeNetwork {
  /** All that the cluster uses, e.g. 10.201.0.0/16. */
  readonly range: string;
  readonly podRange: string;
  readonly serviceRange: string;
  readonly dnsAddress: string;
  /** The host's end of the wire: name and address. */
  readonly hostLink: string;
  readonly hostAddress: string;
  /** The node's own address, at the other end. */
  readonly nodeAddress: string;
}

/** A part of the cluster: the program, and the process while it runs. */
export interface Part extends Program {
  readonly process?: ProcessIdentity;
}

/** Everything that is known about a cluster, enough to use it and to take it down. It is written before things are made. */
export interface ClusterState {
  /** Name given by the user, unique among running clusters. */
  readonly name: string;
  /** Random, part of the names of what the cluster makes on the machine. */
  readonly id: string;
  readonly tier: Tier;
  readonly directory: string;
  /** The cluster is a dead one when this process is; without it the cluster lives until it is taken down. */
  readonly owner?: ProcessIdentity;
  readonly ports: Readonly<Record<string, number>>;
  /** Admission plugins that are on besides the usual ones. */
  readonly admissionPlugins?: readonly string[];
  /** Address of the machine that the API server is reached at. */
  readonly host: string;
  readonly serviceRange: string;
  /** The process whose end is the end of the node's namespaces and of all in them. */
  readonly namespaces?: ProcessIdentity;
  readonly network?: NodeNetwork;
  readonly cgroup?: string;
  readonly parts: Readonly<Record<string, Part>>;
  readonly ready: boolean;
}

/**
 * Folder of the cluster of that name.
 * @throws when that can be no name: it would lead out of the folder in which clusters are looked for
 */
export function clusterDirectory(name: string): string {
  if (!/^[a-z0-9][a-z0-9-]*$/i.test(name)) {
    throw new Error(`'${name}' cannot be the name of a cluster: use letters, digits and hyphens.`);
  }
  return join(stateRoot(), name);
}

/** File with the state of the cluster in a folder. */
export function stateFile(directory: string): string {
  return join(directory, 'state.json');
}

/** Reads the state of a cluster; undefined when there is none, or none that was ever written completely. */
export function readState(directory: string): ClusterState | undefined {
  try {
    return JSON.parse(readFileSync(stateFile(directory), 'utf8')) as ClusterState;
  } catch {
    return undefined;
  }
}

/** The state of a cluster, kept in a file that is never half written. */
export class StateKeeper {
  private isClosed = false;

  public constructor(private current: ClusterState) {
    mkdirSync(current.directory, { recursive: true, mode: 0o700 });
    this.write();
  }

  public get state(): ClusterState {
    return this.current;
  }

  /** Changes fields of the state, on disk before it returns. */
  public update(change: Partial<ClusterState>): void {
    this.current = { ...this.current, ...change };
    this.write();
  }

  /** Records a part of the cluster. */
  public setPart(name: string, part: Part): void {
    this.update({ parts: { ...this.current.parts, [name]: part } });
  }

  /** From now on nothing can be recorded, and so nothing be started: the cluster is taken down. */
  public close(): void {
    this.isClosed = true;
  }

  private write(): void {
    if (this.isClosed) {
      throw new Error(`The cluster '${this.current.name}' is being taken down.`);
    }
    const file = stateFile(this.current.directory);
    writeFileSync(`${file}.new`, JSON.stringify(this.current, undefined, 2), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
}

/** The states of all clusters of this user, running or dead. */
export function allStates(): ClusterState[] {
  const root = stateRoot();
  if (!existsSync(root)) {
    return [];
  }
  return readdirSync(root)
    .map((name) => readState(join(root, name)))
    .filter((state) => state !== undefined);
}
