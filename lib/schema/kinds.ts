/** The kinds whose manifests can be validated. */
export type ValidatedKindName = 'ProxySQL' | 'AppBinding' | 'Certificate' | 'Issuer' | 'ClusterIssuer';

/** One thing that the schema refuses. */
export interface SchemaError {
  /** JSON pointer of the value. */
  readonly instancePath: string;
  readonly keyword: string;
  readonly params: { readonly [name: string]: unknown };
}

/** A validator, compiled ahead. */
export interface Validator {
  (manifest: unknown): boolean;
  readonly errors?: readonly SchemaError[] | null;
}

/** A part of a kind's schema, as far as explanations need it. */
export interface SchemaPart {
  readonly type?: string;
  readonly description?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: { readonly [name: string]: SchemaPart };
  readonly items?: SchemaPart;
  readonly additionalProperties?: SchemaPart | boolean;
  readonly 'x-kubernetes-list-map-keys'?: readonly string[];
}

/** What is known of a kind. Its parts are loaded when they are first asked for. */
export interface Kind {
  readonly apiVersion: string;
  readonly validate: Validator;
  readonly schema: SchemaPart;
}

export type Kinds = { readonly [kind in ValidatedKindName]: Kind };
