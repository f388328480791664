import { LRUCache } from 'lru-cache';
import { type KubernetesObject } from '../../lib/kubernetes';

/** An object as text. */
export interface Packed {
  readonly json: string;
}

/**
 * Keeps objects as JSON, which takes about a third of the memory, and those that were used last as they are besides: of a thousand
 * ProxySQLs few are looked after at the same time.
 */
export class Packer {
  private readonly recent: LRUCache<Packed, KubernetesObject>;

  /** @param most objects that are at hand without being parsed */
  constructor(most = 300) {
    this.recent = new LRUCache({ max: most });
  }

  pack<T extends KubernetesObject>(object: T): Packed {
    const packed = { json: JSON.stringify(object) };
    this.recent.set(packed, object);
    return packed;
  }

  unpack<T extends KubernetesObject>(packed: Packed): T {
    const known = this.recent.get(packed);
    if (known !== undefined) {
      return known as T;
    }
    const object = JSON.parse(packed.json) as T;
    this.recent.set(packed, object);
    return object;
  }

  /** The same for whoever goes through everything once: what others use stays at hand. */
  peek<T extends KubernetesObject>(packed: Packed): T {
    return (this.recent.peek(packed) ?? JSON.parse(packed.json)) as T;
  }
}
