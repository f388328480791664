import { isIPv6 } from 'node:net';
import { type AppBindingSpecClientConfig } from '../imports/appcatalog.appscode.com';
import { hostAndPortProblems, MYSQL_PORT } from './cnf/backend-address';
import { type Problem } from './problem';

/** A database's Service in the cluster. */
export interface DatabaseService {
  /** Name of the Service. */
  readonly name: string;
  /**
   * Its namespace.
   *
   * @default - that of the AppBinding
   */
  readonly namespace?: string;
  /**
   * Its port.
   *
   * @default 3306
   */
  readonly port?: number;
}

/** Where a database is. */
export class DatabaseAddress {
  /**
   * A host outside the cluster, or any that DNS knows.
   *
   * @param name a DNS name, an IPv4 or an IPv6 address
   * @param port 3306 unless it is given
   */
  public static host(name: string, port: number = MYSQL_PORT): DatabaseAddress {
    const url = `tcp(${isIPv6(name) ? `[${name}]` : name}:${port})/`;
    return new DatabaseAddress({ url }, hostAndPortProblems(name, port));
  }

  /** A Service in the cluster. */
  public static service(options: DatabaseService): DatabaseAddress {
    return new DatabaseAddress({ service: { scheme: 'mysql', port: MYSQL_PORT, ...options } });
  }

  /**
   * A URL.
   *
   * @param url `tcp(host:3306)/` or `mysql://host:3306/`, without user and password: those belong in a Secret
   */
  public static url(url: string): DatabaseAddress {
    return new DatabaseAddress({ url });
  }

  private constructor(
    /** @internal */
    public readonly _spec: Pick<AppBindingSpecClientConfig, 'url' | 'service'>,
    /** @internal */
    public readonly _problems: Problem[] = [],
  ) {}
}
