/** What stays when a ProxySQL is deleted. */
export enum DeletionPolicy {
  /** Deleting is refused. */
  DO_NOT_TERMINATE = 'DoNotTerminate',
  /** The workload goes; the auth Secret stays. */
  HALT = 'Halt',
  /** The workload goes; the auth Secret stays. */
  DELETE = 'Delete',
  /** Everything goes, the auth Secret too. */
  WIPE_OUT = 'WipeOut',
}
