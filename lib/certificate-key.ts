import {
  type CertificateSpecPrivateKey,
  CertificateSpecPrivateKeyAlgorithm,
  CertificateSpecPrivateKeyEncoding,
  CertificateSpecPrivateKeyRotationPolicy,
} from '../imports/cert-manager.io';
import { PrivateKeyEncoding } from './proxysql-tls';

/** Whether a renewed certificate has a new key. */
export enum KeyRotation {
  /** A new key at each renewal. */
  ALWAYS = 'Always',
  /** The first key stays. */
  NEVER = 'Never',
}

/** Curves of ECDSA keys. */
export enum EcdsaCurve {
  /** P-256: fast, and understood everywhere. */
  P256 = 'P-256',
  /** P-384. */
  P384 = 'P-384',
  /** P-521. */
  P521 = 'P-521',
}

/** What all private keys have. */
export interface CertificateKeyOptions {
  /**
   * How the key is written in its Secret.
   *
   * @default - cert-manager's: PrivateKeyEncoding.PKCS1
   */
  readonly encoding?: PrivateKeyEncoding;
  /**
   * Whether a renewed certificate has a new key.
   *
   * @default KeyRotation.ALWAYS
   */
  readonly rotation?: KeyRotation;
}

/** An ECDSA key. */
export interface EcdsaKeyOptions extends CertificateKeyOptions {
  /**
   * The curve.
   *
   * @default EcdsaCurve.P256
   */
  readonly curve?: EcdsaCurve;
}

/** An RSA key. */
export interface RsaKeyOptions extends CertificateKeyOptions {
  /**
   * Number of bits, from 2048 to 8192.
   *
   * @default 2048
   */
  readonly size?: number;
}

/** The private key of a certificate. */
export class CertificateKey {
  /** ECDSA: making one takes a hundredth of the time of an RSA key, and so does a handshake. */
  public static ecdsa(options: EcdsaKeyOptions = {}): CertificateKey {
    return new CertificateKey(
      CertificateSpecPrivateKeyAlgorithm.ECDSA,
      bitsOf(options.curve ?? EcdsaCurve.P256),
      options,
    );
  }

  /** RSA, for clients that know nothing else. */
  public static rsa(options: RsaKeyOptions = {}): CertificateKey {
    return new CertificateKey(CertificateSpecPrivateKeyAlgorithm.RSA, options.size ?? 2048, options);
  }

  /** Ed25519. Not every MySQL client and hardly any public CA takes it. */
  public static ed25519(options: CertificateKeyOptions = {}): CertificateKey {
    return new CertificateKey(CertificateSpecPrivateKeyAlgorithm.ED25519, undefined, options);
  }

  /** @internal */
  public readonly _spec: CertificateSpecPrivateKey;

  private constructor(
    algorithm: CertificateSpecPrivateKeyAlgorithm,
    size: number | undefined,
    options: CertificateKeyOptions,
  ) {
    this._spec = {
      algorithm,
      size,
      encoding: options.encoding && ENCODINGS[options.encoding],
      rotationPolicy: ROTATIONS[options.rotation ?? KeyRotation.ALWAYS],
    };
  }
}

const ENCODINGS: Readonly<Record<PrivateKeyEncoding, CertificateSpecPrivateKeyEncoding>> = {
  [PrivateKeyEncoding.PKCS1]: CertificateSpecPrivateKeyEncoding.PKCS1,
  [PrivateKeyEncoding.PKCS8]: CertificateSpecPrivateKeyEncoding.PKCS8,
};

const ROTATIONS: Readonly<Record<KeyRotation, CertificateSpecPrivateKeyRotationPolicy>> = {
  [KeyRotation.ALWAYS]: CertificateSpecPrivateKeyRotationPolicy.ALWAYS,
  [KeyRotation.NEVER]: CertificateSpecPrivateKeyRotationPolicy.NEVER,
};

function bitsOf(curve: EcdsaCurve): number {
  switch (curve) {
    case EcdsaCurve.P256:
      return 256;
    case EcdsaCurve.P384:
      return 384;
    case EcdsaCurve.P521:
      return 521;
  }
}
