import { type ApiTransport } from './api-transport';
import { type KindRef } from './kube-object';

interface ApiResource {
  name: string;
  kind: string;
  namespaced: boolean;
}

/** Finds the URLs of kinds by asking the API server what it serves. */
export class ResourcePaths {
  private readonly known = new Map<string, ApiResource>();

  public constructor(private readonly transport: ApiTransport) {}

  /** Path of a kind's collection: of one namespace, or of all when `namespace` is undefined. */
  public async collection(kind: KindRef, namespace: string | undefined): Promise<string> {
    const { name, namespaced } = await this.resource(kind);
    return `${root(kind.apiVersion)}${namespaced && namespace !== undefined ? `/namespaces/${namespace}` : ''}/${name}`;
  }

  /** Whether objects of the kind live in namespaces. */
  public async isNamespaced(kind: KindRef): Promise<boolean> {
    return (await this.resource(kind)).namespaced;
  }

  private async resource({ apiVersion, kind }: KindRef): Promise<ApiResource> {
    const key = `${apiVersion} ${kind}`;
    if (!this.known.has(key)) {
      const answer = await this.transport.text({ method: 'GET', path: root(apiVersion) });
      for (const resource of (JSON.parse(answer) as { resources: ApiResource[] }).resources) {
        if (!resource.name.includes('/')) {
          this.known.set(`${apiVersion} ${resource.kind}`, resource);
        }
      }
    }
    const found = this.known.get(key);
    if (found === undefined) {
      throw new Error(`The API server serves no ${kind} in ${apiVersion}.`);
    }
    return found;
  }
}

function root(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}
