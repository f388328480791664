import { generatePassword } from '../../operator/password';

test('passwords are 16 letters and digits with one of each class, and never the same', () => {
  const passwords = Array.from({ length: 500 }, generatePassword);

  for (const password of passwords) {
    expect(password).toMatch(/^(?=.*[A-Z])(?=.*[a-z])(?=.*[0-9])[A-Za-z0-9]{16}$/);
  }
  expect(new Set(passwords).size).toBe(500);
});
