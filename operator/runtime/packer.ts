import { LRUCache } from 'lru-cache';
import { type KubernetesObject } from '../../lib/kubernetes';

/** An object of a store, in whatever form it is kept. */
export interface Kept<T> {
  /** The object, which somebody is about to work with. */
  get(): T;
  /** The same for whoever goes through everything once: what others use stays at hand. */
  peek(): T;
}

/**
 * Keeps objects as JSON, which takes about a third of the memory, and those that were used last as they are besides: of a thousand
 * ProxySQLs few are looked after at the same time.
 */
export class Packer {
  private readonly recent: LRUCache<object, KubernetesObject>;

  /** @param most objects that are at hand without being parsed */
  constructor(most = 200) {
    this.recent = new LRUCache({ max: most });
  }

  pack<T extends KubernetesObject>(object: T): Kept<T> {
    const packed = new Packed<T>(this.recent, JSON.stringify(object));
    this.recent.set(packed, object);
    return packed;
  }
}

class Packed<T extends KubernetesObject> implements Kept<T> {
  constructor(
    private readonly recent: LRUCache<object, KubernetesObject>,
    private readonly json: string,
  ) {}

  get(): T {
    const known = this.recent.get(this);
    if (known !== undefined) {
      return known as T;
    }
    const object = JSON.parse(this.json) as T;
    this.recent.set(this, object);
    return object;
  }

  peek(): T {
    return (this.recent.peek(this) ?? JSON.parse(this.json)) as T;
  }
}
