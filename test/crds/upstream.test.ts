import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { loadUpstream, stripDescriptions, type UpstreamSource, UPSTREAM_SOURCES } from '../../scripts/crds/upstream';

const SOURCE: UpstreamSource = {
  group: 'example.org',
  version: 'v1.2.3',
  url: 'https://example.org/crds.yaml',
  kinds: ['Second', 'First'],
};

function definition(kind: string): object {
  return {
    kind: 'CustomResourceDefinition',
    spec: {
      group: 'example.org',
      names: { kind },
      versions: [{ name: 'v1', schema: { openAPIV3Schema: { type: 'object', description: 'Long.' } } }],
    },
  };
}

const TEXT = [definition('First'), definition('Unused'), definition('Second')]
  .map((one) => stringify(one))
  .join('---\n');

describe('loadUpstream', () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'upstream-'));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
    jest.restoreAllMocks();
  });

  it('takes the wanted kinds in their order, without descriptions', async () => {
    writeFileSync(join(folder, 'example.org-v1.2.3.yaml'), TEXT);
    const loaded = await loadUpstream(SOURCE, folder);
    expect(loaded.map(({ spec }) => spec.names.kind)).toEqual(['Second', 'First']);
    expect(loaded[0]?.spec.versions[0]?.schema.openAPIV3Schema).toEqual({ type: 'object' });
  });

  it('names the file that it cannot read', async () => {
    await expect(loadUpstream(SOURCE, folder)).rejects.toThrow(`cannot read ${folder}/example.org-v1.2.3.yaml`);
  });

  it('names a kind that is not there', async () => {
    writeFileSync(join(folder, 'example.org-v1.2.3.yaml'), stringify(definition('First')));
    await expect(loadUpstream(SOURCE, folder)).rejects.toThrow(
      'example.org v1.2.3 has no CustomResourceDefinition of kind Second',
    );
  });

  it('downloads the release when no folder is given', async () => {
    const fetched = jest.spyOn(globalThis, 'fetch').mockResolvedValue(new Response(TEXT));
    await expect(loadUpstream(SOURCE)).resolves.toHaveLength(2);
    expect(fetched.mock.calls[0]?.[0]).toBe(SOURCE.url);
  });

  it('says what to do without a network', async () => {
    jest.spyOn(globalThis, 'fetch').mockRejectedValue(new TypeError('fetch failed'));
    await expect(loadUpstream(SOURCE)).rejects.toThrow(
      'cannot download https://example.org/crds.yaml: fetch failed. Without a network, put the file into a folder as ' +
        'example.org-v1.2.3.yaml and name the folder with --from or UPSTREAM_CRDS.',
    );
  });

  it('passes on what the server answered', async () => {
    jest.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('', { status: 404 }));
    await expect(loadUpstream(SOURCE)).rejects.toThrow(
      'cannot download https://example.org/crds.yaml: the server answered 404',
    );
  });
});

describe('stripDescriptions', () => {
  it('drops the keyword everywhere, and keeps a property of that name', () => {
    const schema = {
      type: 'object',
      description: 'a',
      properties: {
        description: { type: 'string', description: 'b' },
        list: { type: 'array', items: { type: 'string', description: 'c' } },
        map: { type: 'object', additionalProperties: { type: 'string', description: 'd' } },
        open: { type: 'object', additionalProperties: true },
      },
    } as const;
    expect(stripDescriptions(schema)).toEqual({
      type: 'object',
      properties: {
        description: { type: 'string' },
        list: { type: 'array', items: { type: 'string' } },
        map: { type: 'object', additionalProperties: { type: 'string' } },
        open: { type: 'object', additionalProperties: true },
      },
    });
  });
});

it.each(UPSTREAM_SOURCES)('$group is taken from the release that is pinned', ({ url, version }) => {
  expect(url).toContain(`/releases/download/${version}/`);
});
