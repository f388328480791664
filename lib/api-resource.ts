import { type ApiObject, type ApiObjectMetadata, type ApiObjectMetadataDefinition, type JsonPatch } from 'cdk8s';
import { Construct } from 'constructs';
import { type KubernetesObject } from './kubernetes';
import { claimNames } from './name-claims';
import { isObjectName } from './object-names';
import { type Problem } from './problem';
import { type ProxySQLResource } from './proxysql-resource';
import { type ValidatedKindName } from './schema/kinds';
import { validateAgainstSchema } from './schema/validate';
import { metadataProblems } from './validation/metadata';
import { validationOf } from './validation/object-validation';
import { unreported } from './validation/unreported';
import { without } from './validation/without';

/** What every construct for one API object takes. */
export interface ApiResourceProps {
  /**
   * Name, namespace, labels and annotations.
   *
   * @default - the construct's id as the name, and the chart's namespace and labels
   */
  readonly metadata?: ApiObjectMetadata;
}

/** A construct that stands for one API object. What is wrong with the object is reported when the app is synthesized, all at once. */
export abstract class ApiResource extends Construct {
  /** The API object itself, for what this construct has no property for. */
  public abstract readonly apiObject: ApiObject;

  /** Name of the object. */
  public get name(): string {
    return this.apiObject.name;
  }

  /** Kind of the object. */
  public get kind(): string {
    return this.apiObject.kind;
  }

  /** The object's metadata; labels and annotations can be added to it. */
  public get metadata(): ApiObjectMetadataDefinition {
    return this.apiObject.metadata;
  }

  /**
   * Changes the object after it was made, in ways this construct has no property for.
   *
   * @param ops what to change, in this order
   */
  public addJsonPatch(...ops: JsonPatch[]): void {
    this.apiObject.addJsonPatch(...ops);
  }
}

/** Metadata of a construct's object: the id is the name, unless another is given. */
export function metadataOf(id: string, metadata?: ApiObjectMetadata): ApiObjectMetadata {
  return { ...metadata, name: metadata?.name ?? id };
}

/**
 * Has what is wrong with the object, JSON patches included, reported when the app is synthesized: first by the schema that the API server
 * uses, then what a schema cannot say. What the schema refuses is left out of the further checks, so that each mistake is reported once.
 */
export function reportProblems(
  resource: ApiResource,
  kind: ValidatedKindName,
  find: (object: KubernetesObject) => Problem[],
): void {
  claimNames(resource);
  resource.node.addValidation(
    validationOf(resource.apiObject, (object: ProxySQLResource) => {
      const schema = validateAgainstSchema(kind, object);
      const sound = without(object, schema);
      return [
        ...schema,
        ...unreported([...nameProblems(sound), ...metadataProblems(sound.metadata), ...find(sound)], schema),
      ];
    }),
  );
}

function nameProblems({ metadata }: KubernetesObject): Problem[] {
  return isObjectName(metadata.name)
    ? []
    : [
        {
          path: 'metadata.name',
          value: JSON.stringify(metadata.name),
          message: 'Kubernetes does not allow this name',
          remedy: 'Use up to 253 lower-case letters, digits, inner hyphens and dots',
        },
      ];
}
