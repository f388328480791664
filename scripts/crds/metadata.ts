import { object, stringMap } from './build';
import { type JsonSchema } from './model';

/** Labels and annotations to be added to what is made from a template. */
export function metadataOverlay(description: string): JsonSchema {
  return object(description, {
    labels: stringMap('Labels to add.'),
    annotations: stringMap('Annotations to add.'),
  });
}
