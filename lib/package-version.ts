/** This package's version: the tag of its image. A test holds it against package.json. */
export const PACKAGE_VERSION = '0.1.0';
