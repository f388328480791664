import { type Problem } from '../problem';
import { type AppBindingResource, type InlineConfiguration, type ProxySQLSpec } from '../proxysql-resource';
import { parseVersion, type ProxySQLVersion } from './versions';

/** What a configuration is made from. */
export interface ConfigurationInput {
  /** Name of the ProxySQL. */
  readonly name: string;
  readonly namespace: string;
  readonly replicas: number;
  readonly spec: ProxySQLSpec;
  /** The backend. @default - no database servers are configured */
  readonly appBinding?: AppBindingResource;
  /** Whether there is a server certificate. */
  readonly tls: boolean;
  /** Whether the ProxySQL opts out of required TLS. */
  readonly allowPlaintext: boolean;
}

/** The input with its version and inline configuration found, and the problems found so far. */
export interface Draft extends ConfigurationInput {
  /** Undefined where it is not known; then everything is taken to be supported. */
  readonly version?: ProxySQLVersion;
  readonly inline: InlineConfiguration;
  /** Path of the inline configuration. */
  readonly path: string;
  readonly problems: Problem[];
}

/** Begins with an input. */
export function draftOf(input: ConfigurationInput): Draft {
  const { configuration, initConfig } = input.spec;
  const inline = configuration?.init?.inline;
  const version = parseVersion(input.spec.version);
  return {
    ...input,
    ...(version !== undefined && { version }),
    inline: inline ?? initConfig ?? {},
    path: inline === undefined && initConfig !== undefined ? 'spec.initConfig' : 'spec.configuration.init.inline',
    problems: [],
  };
}

/** The names of what an object holds that has a value. */
export function given<Value>(values: { readonly [name: string]: Value | undefined }): [string, Value][] {
  return Object.entries(values).filter(
    (entry): entry is [string, Value] => entry[1] !== undefined && entry[1] !== null,
  );
}

/** A value as a message shows it. */
export function shown(value: unknown): string {
  return JSON.stringify(value) ?? 'undefined';
}
