import { createHash } from 'node:crypto';

/** Checks what a client proves against a stored password: clear text, or `*` and the hexadecimal double SHA-1. */

/** @param proof - empty for an empty password */
export function provesNative(stored: string, scramble: Buffer, proof: Buffer): boolean {
  if (proof.length === 0) {
    return stored === '';
  }
  const doubleHash = nativeHash(stored);
  const mask = sha1(Buffer.concat([scramble, doubleHash]));
  return proof.length === mask.length && sha1(xor(proof, mask)).equals(doubleHash);
}

/** Undefined when only the password itself can tell, since only its hash is stored. */
export function provesCachingSha2(stored: string, scramble: Buffer, proof: Buffer): boolean | undefined {
  if (proof.length === 0) {
    return stored === '';
  }
  if (stored.startsWith('*')) {
    return undefined;
  }
  const once = sha256(Buffer.from(stored));
  return xor(once, sha256(Buffer.concat([sha256(once), scramble]))).equals(proof);
}

/** Checks the password itself, as it is sent over TLS. */
export function isPassword(stored: string, given: string): boolean {
  return stored.startsWith('*') ? nativeHash(stored).equals(sha1(sha1(Buffer.from(given)))) : stored === given;
}

function nativeHash(stored: string): Buffer {
  return stored.startsWith('*') ? Buffer.from(stored.slice(1), 'hex') : sha1(sha1(Buffer.from(stored)));
}

function sha1(bytes: Buffer): Buffer {
  return createHash('sha1').update(bytes).digest();
}

function sha256(bytes: Buffer): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function xor(left: Buffer, right: Buffer): Buffer {
  return Buffer.from(left.map((byte, index) => byte ^ (right[index] ?? 0)));
}
