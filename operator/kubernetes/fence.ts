/** Decides at the last moment whether this process may still write. */
export interface Fence {
  /** False as soon as another process may have taken over. */
  isOpen(): boolean;
}
