/** How the programs of the image are started. */

/** What the image starts, with the program as its first argument. */
export const ENTRY_POINT = '/opt/cdk8s-proxysql/entry.js';

/**
 * For the sidecar, which spends its life waiting in every pod: small heaps, and no compiler that trades memory for speed where nothing is
 * hot. It makes 58 MB out of 100.
 */
export const SIDECAR_NODE_FLAGS: readonly string[] = [
  '--lite-mode',
  '--max-semi-space-size=1',
  '--max-old-space-size=48',
];

/**
 * For the operator, whose heap is what it knows of the cluster: garbage is collected when that has grown by a third, instead of three times
 * over. There is no limit: one would end the process of a larger fleet.
 */
export const OPERATOR_NODE_FLAGS: readonly string[] = ['--max-semi-space-size=4', '--heap-growing-percent=30'];

/** Environment that goes with the flags: one heap of the C library's, instead of one for each thread. */
export const NODE_ENVIRONMENT: Readonly<Record<string, string>> = { MALLOC_ARENA_MAX: '1' };

/**
 * The same for the operator, where what takes more than a few pages goes beside that heap: what V8 needs for compiling leaves 30 MB of holes
 * in it otherwise.
 *
 * @see https://man7.org/linux/man-pages/man3/mallopt.3.html
 */
export const OPERATOR_ENVIRONMENT: Readonly<Record<string, string>> = {
  ...NODE_ENVIRONMENT,
  MALLOC_MMAP_THRESHOLD_: '16384',
};
