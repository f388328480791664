import { type JsonSchema } from './model';

const strings: JsonSchema = { type: 'object', additionalProperties: { type: 'string' } };
const anything: JsonSchema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
const time: JsonSchema = { type: 'string', nullable: true };

/**
 * The schema of `metadata`. A definition constrains no more of it than the name; the rest is the API server's own, and it refuses what it does
 * not know there as well.
 */
export function objectMeta(constraints: JsonSchema | undefined): JsonSchema {
  return {
    type: 'object',
    required: ['name'],
    properties: {
      name: { type: 'string' },
      generateName: { type: 'string' },
      namespace: { type: 'string' },
      labels: strings,
      annotations: strings,
      finalizers: { type: 'array', items: { type: 'string' } },
      ownerReferences: { type: 'array', items: anything },
      uid: { type: 'string' },
      resourceVersion: { type: 'string' },
      generation: { type: 'integer' },
      creationTimestamp: time,
      deletionTimestamp: time,
      deletionGracePeriodSeconds: { type: 'integer' },
      selfLink: { type: 'string' },
      managedFields: { type: 'array', items: anything },
      ...constraints?.properties,
    },
  };
}
