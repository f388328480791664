import fc from 'fast-check';
import { type KubernetesObject } from '../../../lib/kubernetes';
import { Packer } from '../../../operator/runtime/packer';
import { type Change, objectKey, Store } from '../../../operator/runtime/store';
import { slim } from '../../../operator/runtime/slim';

interface Labelled extends KubernetesObject {
  readonly refs: readonly string[];
}

function object(name: string, version: number, refs: readonly string[] = [], namespace = 'demo'): Labelled {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace, resourceVersion: String(version) }, refs };
}

function store(packer?: Packer): Store<Labelled> {
  return new Store<Labelled>({ indexes: { refs: ({ refs }) => refs }, freeze: true, packer });
}

test('an object is found by name and by each of its index values', () => {
  const kept = store();
  const one = object('one', 1, ['a', 'b']);
  kept.put(one);
  kept.put(object('two', 2, ['b']));
  expect(kept.get('demo', 'one')).toBe(one);
  expect(kept.get('demo', 'three')).toBeUndefined();
  expect(kept.byIndex('refs', 'b').map((found) => found.metadata.name)).toEqual(['one', 'two']);
  expect(kept.byIndex('refs', 'c')).toEqual([]);
});

test('each index has its own values, however many objects share one, and objects without a namespace are found', () => {
  const kept = new Store<Labelled>({
    indexes: { refs: ({ refs }) => refs, names: ({ metadata }) => [metadata.name] },
    transform: (found) => ({ ...found, refs: found.refs.slice(0, 1) }),
  });
  const names = Array.from({ length: 20 }, (_, index) => `object-${index}`);
  names.forEach((name, index) => kept.put(object(name, index + 1, ['shared', 'left out'])));
  expect(kept.keysByIndex('refs', 'shared')).toEqual(names.map((name) => `demo/${name}`));
  expect(kept.keysByIndex('refs', 'left out')).toEqual([]);
  expect(kept.keysByIndex('names', 'object-9')).toEqual(['demo/object-9']);
  expect(kept.keysByIndex('names', 'shared')).toEqual([]);

  kept.put(object('object-9', 100, ['another']));
  kept.delete(object('object-3', 101));
  expect(kept.keysByIndex('refs', 'shared')).toHaveLength(18);
  expect(kept.keysByIndex('refs', 'another')).toEqual(['demo/object-9']);
  expect(kept.keysByIndex('names', 'object-3')).toEqual([]);

  const { namespace, ...metadata } = object('wide', 200).metadata;
  expect(namespace).toBe('demo');
  kept.put({ ...object('wide', 200), metadata });
  expect(kept.get(undefined, 'wide')?.metadata.resourceVersion).toBe('200');
});

test('what has no version, or one that is no number, is never older', () => {
  const kept = store();
  const versioned = (resourceVersion: string | undefined, ref: string): Labelled => ({
    ...object('one', 0, [ref]),
    metadata: { name: 'one', namespace: 'demo', ...(resourceVersion !== undefined && { resourceVersion }) },
  });
  const refs = ['a', 'b', 'c', 'd', 'e'];
  [undefined, '10', 'x', '9', undefined].forEach((version, index) => {
    kept.put(versioned(version, refs[index] ?? ''));
    expect(kept.get('demo', 'one')?.refs).toEqual([refs[index]]);
  });
  kept.put(versioned('7', 'f'));
  kept.delete(versioned('x', 'g'));
  expect(kept.size).toBe(0);
});

test('an index that was not declared is a mistake', () => {
  expect(() => store().byIndex('owner', 'x')).toThrow('The store has no index "owner"; it has refs.');
});

test('older news, and the same once more, change nothing', () => {
  const kept = store();
  const changes: Change<Labelled>[] = [];
  kept.subscribe((change) => changes.push(change));
  kept.put(object('one', 10));
  kept.put(object('one', 9));
  kept.put(object('one', 10));
  kept.delete(object('one', 9));
  expect(kept.get('demo', 'one')?.metadata.resourceVersion).toBe('10');
  expect(changes.map(({ type }) => type)).toEqual(['added']);
  // As text, 9 is more than 10.
  kept.put(object('one', 100));
  kept.delete(object('one', 101));
  expect(changes.map(({ type }) => type)).toEqual(['added', 'updated', 'deleted']);
  kept.put(object('two', 102));
  kept.delete(object('two', 102));
  expect(kept.size).toBe(0);
});

describe('given a list that replaces what is kept', () => {
  test('then what it lacks is gone, unless it was written since, or the list did not cover its namespace', () => {
    const kept = store();
    kept.put(object('stays', 1));
    kept.put(object('gone', 2));
    kept.put(object('elsewhere', 3, [], 'other'));
    const changes = changesOf(kept);
    const list = kept.replace('demo');
    kept.put(object('fresh', 50));
    kept.put(object('written and gone', 39));

    list.put(object('stays', 1));
    list.complete('40');

    expect(changes).toEqual([
      'added demo/fresh 50',
      'added demo/written and gone 39',
      'deleted demo/gone 2',
      'deleted demo/written and gone 39',
    ]);
  });

  test('then an own write is not undone by the list that was asked for before it', () => {
    const kept = store();
    kept.put(object('one', 10));
    const list = kept.replace();
    kept.put(object('one', 50));

    list.put(object('one', 10));
    list.complete('40');

    expect(kept.get('demo', 'one')?.metadata.resourceVersion).toBe('50');
  });

  test('of an API server that was put back to an older day, then the list is right, and so is what follows it', () => {
    const kept = store();
    kept.put(object('one', 2000));
    kept.put(object('same', 800));
    kept.put(object('made after that day', 1999));
    const changes = changesOf(kept);

    const list = kept.replace();
    list.put(object('one', 900));
    list.put(object('same', 800));
    list.complete('1000');
    kept.put(object('one', 1001));
    kept.delete(object('same', 1002));

    expect(changes).toEqual([
      'updated demo/one 900',
      'deleted demo/made after that day 1999',
      'updated demo/one 1001',
      'deleted demo/same 800',
    ]);
  });

  test('of such an API server, then the answer to a write that looks older than what was kept does not keep the list out', () => {
    const kept = store();
    kept.put(object('one', 2000));
    const list = kept.replace();
    kept.put(object('one', 1001));

    list.put(object('one', 900));
    list.complete('1000');

    expect(kept.get('demo', 'one')?.metadata.resourceVersion).toBe('900');
  });

  test('that breaks off, then nothing is gone, and the next one is right', () => {
    const kept = store();
    kept.put(object('one', 2000));
    kept.put(object('two', 1999));
    const broken = kept.replace();
    broken.put(object('one', 900));
    broken.abandon();
    expect(kept.size).toBe(2);

    const list = kept.replace();
    list.put(object('one', 900));
    list.complete('1000');

    expect(kept.size).toBe(1);
  });

  test('and something that goes meanwhile, then it is gone', () => {
    const kept = store();
    kept.put(object('one', 1));
    const list = kept.replace();

    list.put(object('one', 1));
    list.delete(object('one', 2));
    list.complete('2');

    expect(kept.size).toBe(0);
  });
});

function changesOf(kept: Store<Labelled>): string[] {
  const changes: string[] = [];
  kept.subscribe(({ type, object: changed }) =>
    changes.push(`${type} ${objectKey(changed)} ${changed.metadata.resourceVersion}`),
  );
  return changes;
}

test('a listener hears nothing after it has unsubscribed', () => {
  const kept = store();
  let heard = 0;
  const stop = kept.subscribe(() => heard++);
  kept.put(object('one', 1));
  stop();
  kept.put(object('two', 2));
  expect(heard).toBe(1);
});

test('nobody can change what others see', () => {
  const kept = store();
  kept.put(object('one', 1, ['a']));
  expect(() => (kept.get('demo', 'one')?.refs as string[]).push('b')).toThrow(TypeError);
});

test.each([
  ['as they are', () => undefined],
  ['as text', () => new Packer(2)],
])('given any history, then a store of objects %s and its index are what the history leaves', (_, packer) => {
  const name = fc.constantFrom('a', 'b', 'c', 'd');
  const refs = fc.uniqueArray(fc.constantFrom('x', 'y', 'z'));
  const step = fc.oneof(
    fc.record({ kind: fc.constant('put' as const), name, refs }),
    fc.record({ kind: fc.constant('delete' as const), name }),
    fc.record({ kind: fc.constant('relist' as const), names: fc.uniqueArray(name) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const kept = store(packer());
      const model = new Map<string, Labelled>();
      const told = new Map<string, Labelled>();
      kept.subscribe((change) => {
        const key = objectKey(change.object);
        expect(told.has(key)).toBe(change.type !== 'added');
        if (change.type === 'deleted') {
          told.delete(key);
        } else {
          told.set(key, change.object);
        }
      });
      steps.forEach((current, index) => {
        const version = index + 1;
        if (current.kind === 'put') {
          const put = object(current.name, version, current.refs);
          kept.put(put);
          model.set(objectKey(put), put);
        } else if (current.kind === 'delete') {
          kept.delete(object(current.name, version));
          model.delete(`demo/${current.name}`);
        } else {
          const list = kept.replace();
          const listed = new Map(
            [...model].filter(([, { metadata }]) => current.names.some((listed) => listed === metadata.name)),
          );
          listed.forEach((found) => list.put(found));
          list.complete(String(version));
          [...model.keys()].filter((key) => !listed.has(key)).forEach((key) => model.delete(key));
        }
        expect(new Map([...kept.list()].map((found) => [objectKey(found), found]))).toEqual(model);
        expect(told).toEqual(model);
        for (const value of ['x', 'y', 'z']) {
          const expected = [...model.values()].filter((found) => found.refs.includes(value)).map(objectKey);
          expect(kept.byIndex('refs', value).map(objectKey).sort()).toEqual(expected.sort());
        }
      });
    }),
  );
});

test('slim leaves out what only other tools read', () => {
  const metadata = {
    name: 'one',
    managedFields: [{}],
    annotations: { 'kubectl.kubernetes.io/last-applied-configuration': '{}', mine: 'stays' },
  };
  expect(slim({ apiVersion: 'v1', kind: 'Secret', metadata })).toEqual({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'one', annotations: { mine: 'stays' } },
  });
});
