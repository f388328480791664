import fc from 'fast-check';
import { type KubernetesObject } from '../../../lib/kubernetes';
import { Packer } from '../../../operator/runtime/packer';

function object(name: string): KubernetesObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { key: 'välue' } };
}

test('what was packed last is at hand as it was; the rest is the same when it is unpacked', () => {
  const packer = new Packer(2);
  const objects = ['one', 'two', 'three'].map(object);
  const packed = objects.map((one) => packer.pack(one));
  const unpacked = packed.map((one) => one.peek());
  expect(unpacked).toEqual(objects);
  expect(unpacked.map((one, index) => one === objects[index])).toEqual([false, true, true]);
});

test('what is unpacked is at hand from then on, and what was only peeked at is not', () => {
  const packer = new Packer(1);
  const [first, second] = [packer.pack(object('one')), packer.pack(object('two'))];
  expect(first.peek()).not.toBe(first.peek());
  expect(first.get()).toBe(first.get());
  expect(second.peek()).not.toBe(second.peek());
});

test('given any object of JSON, then nothing of it is lost', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const packer = new Packer(1);
      const given = JSON.parse(JSON.stringify({ ...object('one'), data: value })) as KubernetesObject;
      const packed = packer.pack(given);
      packer.pack(object('two'));
      expect(packed.get()).toEqual(given);
    }),
  );
});
