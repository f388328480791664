import { Turns } from '../../../operator/runtime/turns';
import { settle } from '../../runtime/fake-clock';

test('given more than there are turns, then the others begin in order, each when one ends, however it ends', async () => {
  const turns = new Turns(2);
  const log: string[] = [];
  const ends = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  const begin = (name: string): Promise<string> =>
    turns.take(async () => {
      log.push(name);
      await new Promise<void>((resolve, reject) => ends.set(name, { resolve, reject }));
      return name;
    });
  const all = ['a', 'b', 'c', 'd'].map((name) => begin(name).catch(() => `${name} failed`));
  await settle();
  expect(log).toEqual(['a', 'b']);

  ends.get('b')?.reject(new Error('no'));
  await settle();
  expect(log).toEqual(['a', 'b', 'c']);
  ends.get('a')?.resolve();
  await settle();
  expect(log).toEqual(['a', 'b', 'c', 'd']);
  ends.get('c')?.resolve();
  ends.get('d')?.resolve();
  expect(await Promise.all(all)).toEqual(['a', 'b failed', 'c', 'd']);

  // All turns are free again.
  const later = ['e', 'f', 'g'].map(begin);
  await settle();
  expect(log.slice(4)).toEqual(['e', 'f']);
  ends.get('e')?.resolve();
  ends.get('f')?.resolve();
  await settle();
  ends.get('g')?.resolve();
  await Promise.all(later);
});
