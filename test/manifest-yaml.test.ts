import { Yaml } from 'cdk8s';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { manifestYaml } from '../lib/manifest-yaml';

/** Text that YAML could take for something else, put together in any way. */
const tricky = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        ': ',
        ' #',
        ':',
        '#',
        '- ',
        '-',
        '? ',
        ' ',
        '\n',
        '\n\n',
        '\t',
        '\r',
        '"',
        "'",
        '\\',
        '{',
        '[',
        ']',
      ),
      fc.constantFrom(
        '*',
        '&',
        '!',
        '|',
        '>',
        '%',
        '@',
        '`',
        ',',
        '~',
        '<<',
        '=',
        '---',
        '...',
        '\u0085',
        '\u2028',
        'é',
      ),
      fc.constantFrom(
        'yes',
        'No',
        'ON',
        'y',
        'null',
        'true',
        '0755',
        '1e3',
        '0x1f',
        '1:30',
        '2001-01-01',
        '.inf',
        '1_000',
        '0o7',
        '0b1',
        '0xfn',
        '1.2.3',
        '1Mi',
        '12:30:45',
        '--flag',
        '-e5',
        '-y',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.stringMatching(/^[a-z ]{1,90}$/),
    ),
    { maxLength: 6 },
  )
  .map((parts) => parts.join(''));

const { manifest } = fc.letrec<{ manifest: { [key: string]: unknown }; value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    tricky,
    fc.oneof(fc.boolean(), fc.integer(), fc.double(), fc.constantFrom(null, undefined, 1e21, -0, 2 ** 53)),
    fc.array(tie('value'), { maxLength: 4 }),
    tie('manifest'),
  ),
  manifest: fc.dictionary(
    fc.oneof({ weight: 4, arbitrary: fc.stringMatching(/^[A-Za-z][\w./-]{0,12}$/) }, { weight: 1, arbitrary: tricky }),
    tie('value'),
    { maxKeys: 4, noNullPrototype: true },
  ),
}));

test('given any manifests, then the YAML is what cdk8s writes, to the letter', () => {
  fc.assert(
    fc.property(fc.array(manifest, { maxLength: 3 }), (manifests) => {
      expect(manifestYaml(manifests)).toBe(Yaml.stringify(...manifests));
    }),
    { numRuns: 1000 },
  );
});

test.each<[string, unknown]>([
  ['an object that is there twice', ((shared) => ({ a: shared, b: [shared] }))({ c: 1 })],
  ['a list that is there twice', ((shared) => ({ a: shared, b: shared }))(['c'])],
  ['no object', 'text'],
  ['nothing', undefined],
  ['an empty object', {}],
  ['a list', [1, { a: [] }]],
  [
    'an object of a class',
    {
      a: new (class Point {
        public readonly x = 1;
      })(),
    },
  ],
  ['a date', { a: new Date(0) }],
  ['a long key', { ['k'.repeat(1100)]: 1 }],
  ['a long text', { k: 'word '.repeat(400).trim() }],
])('given %s, then the YAML is what cdk8s writes', (_, value) => {
  expect(manifestYaml([value])).toBe(Yaml.stringify(value));
});

test('given the resource definitions, then the YAML is what cdk8s writes', () => {
  const file = join(__dirname, '..', 'dist', 'proxysql-operator.k8s.yaml');
  const manifests = parseAllDocuments(readFileSync(file, 'utf8'), { version: '1.1' }).map((document): unknown =>
    document.toJS(),
  );
  expect(manifestYaml(manifests)).toBe(Yaml.stringify(...manifests));
});
