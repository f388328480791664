import { readAuthority } from '../../lib/proof/authorities';
import { authority } from './certificates';

const der = async (subject: string) => Buffer.from((await authority({ subject })).certificate.rawData);

test('an authority is read once, and forgotten when a hundred others were used since', async () => {
  const [first, second] = [await der('CN=first'), await der('CN=second')];
  const [known, other] = [readAuthority(first), readAuthority(second)];
  expect(readAuthority(Buffer.from(first))).toBe(known);

  const crowd = await Promise.all(Array.from({ length: 99 }, (_, index) => der(`CN=${index}`)));
  crowd.forEach(readAuthority);

  // The first was used after the second, so it is the second that had to go.
  expect(readAuthority(first)).toBe(known);
  expect(readAuthority(second)).not.toBe(other);
  expect(readAuthority(second).subject).toBe('CN=second');
});

test('a malformed one is not remembered as anything', () => {
  expect(() => readAuthority(Buffer.from('garbage'))).toThrow();
  expect(() => readAuthority(Buffer.from('garbage'))).toThrow();
});
