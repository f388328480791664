import 'reflect-metadata';

import * as x509 from '@peculiar/x509';
import { createPrivateKey, webcrypto } from 'node:crypto';

x509.cryptoProvider.set(webcrypto);

/** What a certificate is to say. Everything has a default that makes a valid server and client certificate. */
export interface CertificateWish {
  /** @default 'test' */
  readonly commonName?: string;
  readonly organizations?: readonly string[];
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
  readonly uris?: readonly string[];
  /** @default a minute ago */
  readonly notBefore?: Date;
  /** @default in a day */
  readonly notAfter?: Date;
  /** @default ['server', 'client'] */
  readonly usages?: readonly ('server' | 'client')[];
  /** @default 'ECDSA' (P-256) */
  readonly keyAlgorithm?: 'ECDSA' | 'RSA';
}

/** A certificate with its key and all that a peer needs to verify it. Each field but `keyPair` and `own` is PEM. */
export interface IssuedCertificate {
  /** The certificate, followed by the intermediates between it and the root. */
  readonly chain: string;
  /** The certificate alone. */
  readonly certificate: string;
  /** Its private key, PKCS #8. */
  readonly key: string;
  /** The root that the chain leads to. */
  readonly root: string;
}

type KeyPair = webcrypto.CryptoKeyPair;

const minute = 60_000;
const day = 24 * 60 * minute;
const usageOids = { server: x509.ExtendedKeyUsage.serverAuth, client: x509.ExtendedKeyUsage.clientAuth };

function signing(algorithm: 'ECDSA' | 'RSA'): { name: string; hash: string; namedCurve: string } {
  return { name: algorithm === 'RSA' ? 'RSASSA-PKCS1-v1_5' : 'ECDSA', hash: 'SHA-256', namedCurve: 'P-256' };
}

function newKeys(algorithm: 'ECDSA' | 'RSA'): Promise<KeyPair> {
  const usages = ['sign', 'verify'] as const;
  if (algorithm === 'ECDSA') {
    return webcrypto.subtle.generateKey(signing('ECDSA'), true, usages);
  }
  const rsa = { ...signing('RSA'), modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]) };
  return webcrypto.subtle.generateKey(rsa, true, usages);
}

/** In the form in which cert-manager writes keys. */
async function keyPem(keys: KeyPair): Promise<string> {
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey);
  return createPrivateKey({ key: Buffer.from(pkcs8), format: 'der', type: 'pkcs8' })
    .export({ format: 'pem', type: keys.privateKey.algorithm.name === 'ECDSA' ? 'sec1' : 'pkcs1' })
    .toString();
}

function subject(wish: CertificateWish): x509.JsonName {
  return [
    ...(wish.organizations ?? []).map((organization) => ({ O: [organization] })),
    { CN: [wish.commonName ?? 'test'] },
  ];
}

function alternativeNames(wish: CertificateWish): x509.Extension[] {
  const names: x509.JsonGeneralName[] = [
    ...(wish.dnsNames ?? []).map((value) => ({ type: 'dns' as const, value })),
    ...(wish.ipAddresses ?? []).map((value) => ({ type: 'ip' as const, value })),
    ...(wish.uris ?? []).map((value) => ({ type: 'url' as const, value })),
  ];
  return names.length === 0 ? [] : [new x509.SubjectAlternativeNameExtension(names)];
}

function serialNumber(): string {
  const bytes = Buffer.from(webcrypto.getRandomValues(new Uint8Array(16)));
  bytes.writeUInt8(bytes.readUInt8(0) & 0x7f, 0);
  return bytes.toString('hex');
}

/**
 * A certificate authority for tests. It issues whatever it is asked for, so that code which judges certificates can be
 * shown good ones and each kind of bad one.
 */
export class CertificateAuthority implements IssuedCertificate {
  public readonly chain: string;
  public readonly certificate: string;
  public readonly root: string;

  private constructor(
    private readonly own: x509.X509Certificate,
    private readonly keys: KeyPair,
    private readonly algorithm: 'ECDSA' | 'RSA',
    public readonly key: string,
    private readonly parent?: CertificateAuthority,
  ) {
    this.certificate = `${own.toString('pem')}\n`;
    this.chain = parent === undefined ? this.certificate : this.certificate + parent.untrusted();
    this.root = parent?.root ?? this.certificate;
  }

  /** A new self-signed root. */
  public static async root(wish: CertificateWish = {}): Promise<CertificateAuthority> {
    return CertificateAuthority.make({ commonName: 'test root', ...wish });
  }

  /** An authority below this one: what it issues carries its certificate in the chain. */
  public async intermediate(wish: CertificateWish = {}): Promise<CertificateAuthority> {
    return CertificateAuthority.make({ commonName: 'test intermediate', ...wish }, this);
  }

  /** A leaf certificate with a key of its own. */
  public async issue(wish: CertificateWish = {}): Promise<IssuedCertificate> {
    const keys = await newKeys(wish.keyAlgorithm ?? 'ECDSA');
    const usages = (wish.usages ?? ['server', 'client']).map((usage) => usageOids[usage]);
    const certificate = await this.sign(wish, keys.publicKey, [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyEncipherment, true),
      new x509.ExtendedKeyUsageExtension(usages),
    ]);
    const pem = `${certificate.toString('pem')}\n`;
    return { certificate: pem, chain: pem + this.untrusted(), key: await keyPem(keys), root: this.root };
  }

  /** A leaf that expires in `seconds`. */
  public expiringIn(seconds: number, wish: CertificateWish = {}): Promise<IssuedCertificate> {
    return this.issue({ ...wish, notAfter: new Date(Date.now() + seconds * 1000) });
  }

  /** A leaf that expired `seconds` ago. */
  public expired(wish: CertificateWish = {}, seconds = 60): Promise<IssuedCertificate> {
    const now = Date.now();
    return this.issue({ ...wish, notBefore: new Date(now - day), notAfter: new Date(now - seconds * 1000) });
  }

  /** A leaf that becomes valid in `seconds`. */
  public notYetValid(wish: CertificateWish = {}, seconds = 3600): Promise<IssuedCertificate> {
    const from = Date.now() + seconds * 1000;
    return this.issue({ ...wish, notBefore: new Date(from), notAfter: new Date(from + day) });
  }

  /** A good leaf beside a key that is not its own. */
  public async mismatched(wish: CertificateWish = {}): Promise<IssuedCertificate> {
    const key = await keyPem(await newKeys(wish.keyAlgorithm ?? 'ECDSA'));
    return { ...(await this.issue(wish)), key };
  }

  private static async make(wish: CertificateWish, parent?: CertificateAuthority): Promise<CertificateAuthority> {
    const algorithm = wish.keyAlgorithm ?? 'ECDSA';
    const keys = await newKeys(algorithm);
    const extensions = [
      new x509.BasicConstraintsExtension(true, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ];
    const own =
      parent === undefined
        ? await CertificateAuthority.selfSign(wish, keys, algorithm, extensions)
        : await parent.sign(wish, keys.publicKey, extensions);
    return new CertificateAuthority(own, keys, algorithm, await keyPem(keys), parent);
  }

  private static async selfSign(
    wish: CertificateWish,
    keys: KeyPair,
    algorithm: 'ECDSA' | 'RSA',
    extensions: x509.Extension[],
  ): Promise<x509.X509Certificate> {
    return x509.X509CertificateGenerator.createSelfSigned({
      serialNumber: serialNumber(),
      name: subject(wish),
      keys,
      signingAlgorithm: signing(algorithm),
      notBefore: wish.notBefore ?? new Date(Date.now() - minute),
      notAfter: wish.notAfter ?? new Date(Date.now() + 365 * day),
      extensions: [...extensions, await x509.SubjectKeyIdentifierExtension.create(keys.publicKey)],
    });
  }

  private async sign(
    wish: CertificateWish,
    publicKey: webcrypto.CryptoKey,
    extensions: x509.Extension[],
  ): Promise<x509.X509Certificate> {
    return x509.X509CertificateGenerator.create({
      serialNumber: serialNumber(),
      subject: subject(wish),
      issuer: this.own.subjectName.toJSON(),
      publicKey,
      signingKey: this.keys.privateKey,
      signingAlgorithm: signing(this.algorithm),
      notBefore: wish.notBefore ?? new Date(Date.now() - minute),
      notAfter: wish.notAfter ?? new Date(Date.now() + day),
      extensions: [
        ...extensions,
        ...alternativeNames(wish),
        await x509.SubjectKeyIdentifierExtension.create(publicKey),
        await x509.AuthorityKeyIdentifierExtension.create(this.own.publicKey),
      ],
    });
  }

  /** The part of the chain that a server sends: this authority and those above it, without the root. */
  private untrusted(): string {
    return this.parent === undefined ? '' : this.certificate + this.parent.untrusted();
  }
}

/** The data of a `kubernetes.io/tls` Secret as cert-manager writes it, base64. */
export function tlsSecretData(issued: IssuedCertificate): Record<'ca.crt' | 'tls.crt' | 'tls.key', string> {
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  return { 'ca.crt': base64(issued.root), 'tls.crt': base64(issued.chain), 'tls.key': base64(issued.key) };
}
