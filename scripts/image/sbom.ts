import { createHash } from 'node:crypto';
import { type Component } from './components';

/** The bill of materials of the image, in CycloneDX 1.6. The same components always give the same text. */
export function sbom(name: string, version: string, components: readonly Component[]): string {
  const listed = components.map(describe);
  const bill = {
    $schema: 'http://cyclonedx.org/schema/bom-1.6.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    serialNumber: `urn:uuid:${uuidOf(JSON.stringify([name, version, listed]))}`,
    version: 1,
    metadata: {
      component: {
        type: 'container',
        'bom-ref': name,
        name,
        version,
        licenses: [{ license: { id: 'Apache-2.0' } }],
      },
    },
    components: listed,
    dependencies: [
      { ref: name, dependsOn: components.map(({ purl }) => purl) },
      ...components.map(({ purl }) => ({ ref: purl, dependsOn: [] })),
    ],
  };
  return `${JSON.stringify(bill, undefined, 2)}\n`;
}

function describe({ name, version, purl, license, sha256 }: Component): object {
  const [scope, scoped] = name.startsWith('@') ? name.split('/') : [];
  return {
    type: 'library',
    'bom-ref': purl,
    ...(scope !== undefined && { group: scope }),
    name: scoped ?? name,
    version,
    purl,
    ...(license !== undefined && {
      licenses: [isIdentifier(license) ? { license: { id: license } } : { expression: license }],
    }),
    ...(sha256 !== undefined && { hashes: [{ alg: 'SHA-256', content: sha256 }] }),
  };
}

/** One licence, as opposed to several that are joined to an expression. */
function isIdentifier(license: string): boolean {
  return /^[A-Za-z0-9.+-]+$/.test(license);
}

/** A UUID made of a text's hash. */
function uuidOf(text: string): string {
  const hash = createHash('sha256').update(text).digest('hex');
  return [
    hash.slice(0, 8),
    hash.slice(8, 12),
    `8${hash.slice(13, 16)}`,
    `a${hash.slice(17, 20)}`,
    hash.slice(20, 32),
  ].join('-');
}
