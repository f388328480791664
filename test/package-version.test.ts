import { PACKAGE_VERSION } from '../lib/package-version';
import { version } from '../package.json';

test('the version that images are tagged with is the package’s', () => {
  expect(PACKAGE_VERSION).toBe(version);
});
