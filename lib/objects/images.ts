/** Where images come from. */
export interface Images {
  /**
   * Repository of the ProxySQL image; `spec.version` is its tag.
   *
   * @default 'proxysql/proxysql'
   */
  readonly proxysqlRepository?: string;
  /**
   * The image of the operator and the sidecar, with its tag.
   *
   * @default - this package's image in this package's version
   */
  readonly runtime?: string;
}

/** Repository of the official image. */
export const PROXYSQL_REPOSITORY = 'proxysql/proxysql';

/** Repository of the image that holds operator and sidecar. */
export const RUNTIME_REPOSITORY = 'ghcr.io/cdk8s-proxysql/cdk8s-proxysql';

/** The image for a ProxySQL version. */
export function proxysqlImage(version: string, images: Images = {}): string {
  return `${images.proxysqlRepository ?? PROXYSQL_REPOSITORY}:${version}`;
}

/** The image of operator and sidecar. */
export function runtimeImage(packageVersion: string, images: Images = {}): string {
  return images.runtime ?? `${RUNTIME_REPOSITORY}:${packageVersion}`;
}
