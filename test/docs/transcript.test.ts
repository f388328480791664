import { isAsShown } from './transcript';

const table = (age: string, restarts = 0): string =>
  `NAME           READY   STATUS    RESTARTS   AGE\nshop-proxy-0   2/2     Running   ${restarts}          ${age}\n`;

describe('what a command printed is what is shown', () => {
  test.each([
    ['the same', 'namespace/shop created\n', 'namespace/shop created\n'],
    ['another age, and so other columns', table('2m31s'), table('9s')],
    ['lines that a terminal has at some time', 'Handling connection for 6033\nserial=AB\n', 'serial=AB\n'],
    ['another certificate', 'serial=AB\n', 'serial=CD\n'],
    ['lines instead of three dots', 'first\nsecond\nthird\nlast\n', 'first\n...\nlast\n'],
    ['no line instead of three dots', 'first\nlast\n', 'first\n...\nlast\n'],
    ['another version of the client', 'mariadb  Ver 15.2 for Linux\n', 'mariadb  Ver 15.1 for debian\n'],
  ])('given %s', (_, printed, shown) => {
    expect(isAsShown([printed], [shown])).toBe(true);
  });

  test.each([
    ['another text', 'namespace/store created\n', 'namespace/shop created\n'],
    ['a line more', 'created\nWarning: odd\n', 'created\n'],
    ['a line less', '', 'created\n'],
    ['another figure', table('9s', 1), table('9s')],
    ['no end after three dots', 'first\nsecond\n', 'first\n...\nlast\n'],
    ['a character that means something in a pattern', 'issuer-ca\n', 'issuer.ca\n'],
  ])('but not given %s', (_, printed, shown) => {
    expect(isAsShown([printed], [shown])).toBe(false);
  });

  test('given a certificate before and another one after, then neither may stay, nor be the former one', () => {
    const shown = ['serial=A1\n', 'serial=B2\n', 'serial=B2\n'];
    expect(isAsShown(['serial=C3\n', 'serial=D4\n', 'serial=D4\n'], shown)).toBe(true);
    expect(isAsShown(['serial=C3\n', 'serial=C3\n', 'serial=C3\n'], shown)).toBe(false);
    expect(isAsShown(['serial=C3\n', 'serial=D4\n', 'serial=C3\n'], shown)).toBe(false);
  });
});
