import coreSchemas from './core-v1.json';
import { type JsonSchema } from './model';

/** The types of Kubernetes' core/v1 that schemas may start from. */
export type CoreType = keyof typeof coreSchemas;

type CoreSchema = JsonSchema & { readonly $ref?: CoreType };

/** What a quantity may look like: digits, at most one point, and a suffix or an exponent. */
const QUANTITY_PATTERN =
  '^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$';

const INT_OR_STRING: JsonSchema = {
  anyOf: [{ type: 'integer' }, { type: 'string' }],
  'x-kubernetes-int-or-string': true,
};

/** Types whose JSON form the document does not spell out. */
const SPECIAL: { readonly [type: string]: JsonSchema } = {
  Quantity: { ...INT_OR_STRING, pattern: QUANTITY_PATTERN },
  IntOrString: INT_OR_STRING,
};

/** Fields left out: the pod template of KubeDB's API does not have them, and the API server would drop them there. */
const LEFT_OUT: { readonly [type: string]: readonly string[] } = {
  Volume: ['gitRepo', 'image'],
  PodCertificateProjection: ['userAnnotations'],
  ObjectMeta: [
    'creationTimestamp',
    'deletionGracePeriodSeconds',
    'deletionTimestamp',
    'finalizers',
    'generation',
    'managedFields',
    'resourceVersion',
    'selfLink',
    'uid',
  ],
};

/** Lists that KubeDB's API takes as a whole and does not merge by key. */
const PLAIN_LISTS: { readonly [type: string]: readonly string[] } = { ObjectMeta: ['ownerReferences'] };

/** The schema of a core/v1 type, spelled out: definitions of custom resources know no references. */
export function coreSchema(type: CoreType, more: JsonSchema = {}): JsonSchema {
  return { ...expanded(type), ...more };
}

function expanded(type: CoreType): JsonSchema {
  const special = SPECIAL[type];
  if (special) {
    return special;
  }
  const schema = coreSchemas[type] as CoreSchema;
  const properties = Object.entries(schema.properties ?? {}).filter(([name]) => !LEFT_OUT[type]?.includes(name));
  return {
    ...schema,
    ...(schema.properties && {
      properties: Object.fromEntries(
        properties.map(([name, value]) => [name, property(value, PLAIN_LISTS[type]?.includes(name) ?? false)]),
      ),
    }),
  };
}

function property(schema: CoreSchema, plainList: boolean): JsonSchema {
  if (!plainList) {
    return resolved(schema);
  }
  return resolved(
    Object.fromEntries(Object.entries(schema).filter(([keyword]) => !keyword.startsWith('x-kubernetes-list-'))),
  );
}

function resolved(schema: CoreSchema): JsonSchema {
  if (schema.$ref !== undefined) {
    return expanded(schema.$ref);
  }
  return {
    ...schema,
    ...(schema.items && { items: resolved(schema.items) }),
    ...(typeof schema.additionalProperties === 'object' && {
      additionalProperties: resolved(schema.additionalProperties),
    }),
  };
}
