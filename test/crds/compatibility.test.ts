import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { parse } from 'yaml';
import { toAjvSchema } from '../../scripts/crds/json-schema';
import { type CustomResourceDefinition, type JsonSchema } from '../../scripts/crds/model';
import { appBindingDefinition } from '../../scripts/crds/app-binding';
import { proxysqlDefinition } from '../../scripts/crds/proxysql';
import { valuesOf } from './arbitrary-values';
import { differencesOf, withoutLimits } from './subsumption';
import { describeWithUpstream } from './upstream-folder';

/**
 * Where our schema of the spec refuses values that KubeDB's schema lets pass, and who else refuses them: nothing is lost by it, but the user is told
 * at once.
 */
const STRICTER: { readonly [path: string]: string } = {
  'replicas minimum': 'a StatefulSet has no negative number of pods',
  'healthChecker.periodSeconds minimum': "KubeDB's admission",
  'healthChecker.timeoutSeconds minimum': "KubeDB's admission",
  'healthChecker.failureThreshold minimum': "KubeDB's admission",
  'monitor required agent': "KubeDB's admission",
  'monitor.prometheus.exporter.port minimum': "KubeDB's admission",
  'monitor.prometheus.exporter.port maximum': "KubeDB's admission",
  'authSecret.rotateAfter pattern': 'KubeDB reads it as a Go duration',
  'authSecret.rotateAfter maxLength': 'no duration is as long',
  'tls.certificates[].duration pattern': 'KubeDB reads it as a Go duration',
  'tls.certificates[].duration maxLength': 'no duration is as long',
  'tls.certificates[].renewBefore pattern': 'KubeDB reads it as a Go duration',
  'tls.certificates[].renewBefore maxLength': 'no duration is as long',
  'tls.certificates maxItems': 'three aliases mean something',
  'tls.certificates x-kubernetes-list-type': 'one certificate for an alias',
  'serviceTemplates x-kubernetes-list-type': 'one template for an alias',
  'podTemplate.spec.containers maxItems': 'the cost of rules must be bounded',
  'podTemplate.spec.containers[].env maxItems': 'the cost of rules must be bounded',
  'serviceTemplates[].spec.ports[].port minimum': 'a Service has no such port',
  'serviceTemplates[].spec.ports[].port maximum': 'a Service has no such port',
  'serviceTemplates[].spec.ports[].nodePort minimum': 'a Service has no such port',
  'serviceTemplates[].spec.ports[].nodePort maximum': 'a Service has no such port',
  'serviceTemplates[].spec.healthCheckNodePort minimum': 'a Service has no such port',
  'serviceTemplates[].spec.healthCheckNodePort maximum': 'a Service has no such port',
  'serviceTemplates[].spec.sessionAffinityConfig.clientIP.timeoutSeconds minimum': 'a Service refuses it',
  'serviceTemplates[].spec.sessionAffinityConfig.clientIP.timeoutSeconds maximum': 'a Service refuses it',
  ...Object.fromEntries(
    ['configuration.init.inline', 'initConfig'].flatMap((at) => [
      ...[
        ...[
          'active',
          'use_ssl',
          'schema_locked',
          'transaction_persistent',
          'fast_forward',
          'backend',
          'frontend',
        ].flatMap((column) => [`${column} minimum`, `${column} maximum`]),
        'default_hostgroup minimum',
        'max_connections minimum',
      ].map((column): [string, string] => [`${at}.mysqlUsers[].${column}`, "ProxySQL's table refuses the row"]),
    ]),
  ),
  ...Object.fromEntries(
    ['tls', 'tls.certificates[]'].flatMap((at) =>
      ['apiGroup', 'kind', 'name'].map((field): [string, string] => [
        `${at}.issuerRef.${field} maxLength`,
        'no name or group in Kubernetes is as long',
      ]),
    ),
  ),
};

function specOf(definition: CustomResourceDefinition): JsonSchema {
  const spec = definition.spec.versions.find(({ storage }) => storage)?.schema.openAPIV3Schema.properties?.spec;
  if (spec === undefined) {
    throw new Error(`${definition.metadata.name} has no spec`);
  }
  return spec;
}

function published(folder: string, prefix: string): CustomResourceDefinition {
  const file = readdirSync(folder).find((name) => name.startsWith(prefix));
  if (file === undefined) {
    throw new Error(`${folder} has no file ${prefix}*`);
  }
  return parse(readFileSync(join(folder, file), 'utf8')) as CustomResourceDefinition;
}

function validator(schema: JsonSchema): (value: unknown) => boolean {
  const ajv = new Ajv({ allErrors: true, allowUnionTypes: true, formats: { 'date-time': true, byte: true } });
  return ajv.compile(toAjvSchema(schema));
}

describeWithUpstream("the spec of our ProxySQL and of KubeDB's", (folder) => {
  const theirs = (): JsonSchema => specOf(published(folder, 'kubedb.com_proxysqls'));
  const ours = specOf(proxysqlDefinition);

  it('what KubeDB accepts we accept, but for what something else refuses anyway', () => {
    expect(differencesOf(theirs(), ours)).toEqual(Object.keys(STRICTER).sort());
  });

  it('what we accept KubeDB accepts', () => {
    expect(differencesOf(ours, theirs())).toEqual([]);
  });

  it('every spec that KubeDB accepts passes our validator', () => {
    const accepts = validator(withoutLimits(ours, new Set(Object.keys(STRICTER))));
    const isTheirs = validator(theirs());
    fc.assert(
      fc.property(valuesOf(theirs()), (spec) => {
        expect(isTheirs(spec)).toBe(true);
        expect(accepts(spec)).toBe(true);
      }),
      { numRuns: 150 },
    );
  }, 60_000);

  it("every spec that our schema describes passes KubeDB's", () => {
    const accepts = validator(theirs());
    fc.assert(
      fc.property(valuesOf(ours), (spec) => accepts(spec)),
      { numRuns: 150 },
    );
  }, 60_000);

  it('the identity of the resource is the same', () => {
    const { group, names, scope } = published(folder, 'kubedb.com_proxysqls').spec;
    expect({ group, names, scope }).toEqual({
      group: proxysqlDefinition.spec.group,
      names: proxysqlDefinition.spec.names,
      scope: proxysqlDefinition.spec.scope,
    });
  });
});

describeWithUpstream('the spec of our AppBinding and of the published one', (folder) => {
  const theirs = (): JsonSchema => specOf(published(folder, 'appcatalog.appscode.com_appbindings'));
  const ours = specOf(appBindingDefinition);

  it('both accept the same', () => {
    expect(differencesOf(theirs(), ours)).toEqual([]);
    expect(differencesOf(ours, theirs())).toEqual([]);
  });
});

describe('differencesOf', () => {
  const object = (properties: { [name: string]: JsonSchema }, required: string[] = []): JsonSchema => ({
    type: 'object',
    properties,
    required,
  });

  it.each<[string, JsonSchema, JsonSchema, string[]]>([
    ['a field that is not there', object({ a: { type: 'string' } }), object({}), ['a missing']],
    ['another type', object({ a: { type: 'string' } }), object({ a: { type: 'integer' } }), ['a type']],
    ['a word that is not allowed', { enum: ['a', 'b'] }, { enum: ['a'] }, [' enum']],
    ['fewer words where all were allowed', { type: 'string' }, { type: 'string', enum: ['a'] }, [' enum']],
    ['a field that must be given', object({ a: {} }), object({ a: {} }, ['a']), [' required a']],
    ['a narrower range', { minimum: 0 }, { minimum: 1 }, [' minimum']],
    ['a new limit', { type: 'array', items: {} }, { type: 'array', items: {}, maxItems: 3 }, [' maxItems']],
    ['a pattern', { type: 'string' }, { type: 'string', pattern: 'a' }, [' pattern']],
    ['unique keys', { type: 'array' }, { type: 'array', 'x-kubernetes-list-type': 'map' }, [' x-kubernetes-list-type']],
    [
      'known fields only',
      { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
      { type: 'object' },
      [' x-kubernetes-preserve-unknown-fields'],
    ],
    ['something in a list', { items: { type: 'string' } }, { items: { type: 'integer' } }, ['[] type']],
  ])('finds %s', (_, accepted, other, expected) => {
    expect(differencesOf(accepted, other)).toEqual(expected);
  });

  it('lets pass what is wider', () => {
    expect(
      differencesOf(
        object({ a: { type: 'string', enum: ['a'] }, n: { type: 'integer', minimum: 1 } }, ['a']),
        object({ a: { type: 'string', enum: ['a', 'b'] }, n: { type: 'integer', minimum: 0 }, more: {} }),
      ),
    ).toEqual([]);
  });
});
