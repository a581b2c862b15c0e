import { createHash, type KeyObject, randomBytes, sign } from "node:crypto";
import { bitString, generalizedTime, sequence, tagged } from "./der.ts";

/** Whose name and signature a certificate bears. */
export interface Issuer {
  readonly name: string;
  /** Private, on the curve P-256. */
  readonly key: KeyObject;
  readonly publicKey: KeyObject;
}

/** What a certificate says. */
export interface CertificateContent {
  readonly name: string;
  readonly publicKey: KeyObject;
  readonly issuer: Issuer;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** From the functions below. */
  readonly extensions: readonly Buffer[];
}

const ECDSA_SHA256 = Buffer.from("300a06082a8648ce3d040302", "hex");
const COMMON_NAME = Buffer.from("0603550403", "hex");
const SERVER_AUTHENTICATION = Buffer.from("06082b06010505070301", "hex");
const EXTENSIONS = {
  subjectKey: 0x0e,
  keyUsage: 0x0f,
  alternativeNames: 0x11,
  basicConstraints: 0x13,
  nameConstraints: 0x1e,
  authorityKey: 0x23,
  extendedKeyUsage: 0x25,
} as const;
const DNS_NAME = 0x82;
const IP_ADDRESS = 0x87;

/**
 * Make a certificate.
 *
 * @returns PEM
 * @see RFC 5280 §4.1
 */
export function createCertificate(content: CertificateContent): string {
  const { name, publicKey, issuer, notBefore, notAfter, extensions } = content;
  const body = sequence(
    tagged(0xa0, tagged(0x02, Buffer.of(2))),
    tagged(0x02, Buffer.of(1), randomBytes(15)),
    ECDSA_SHA256,
    commonName(issuer.name),
    sequence(generalizedTime(notBefore), generalizedTime(notAfter)),
    commonName(name),
    spkiOf(publicKey),
    tagged(
      0xa3,
      sequence(
        extension("subjectKey", tagged(0x04, keyId(publicKey))),
        extension("authorityKey", sequence(tagged(0x80, keyId(issuer.publicKey)))),
        ...extensions,
      ),
    ),
  );
  return pemOf(sequence(body, ECDSA_SHA256, bitString(sign("sha256", body, issuer.key))));
}

/** May vouch for others; for servers alone when it may vouch for no further authority. */
export function mayVouch({ forServersAlone = false } = {}): Buffer {
  const isAuthority = tagged(0x01, Buffer.of(0xff));
  const pathLength = forServersAlone ? [tagged(0x02, Buffer.of(0))] : [];
  return extension("basicConstraints", sequence(isAuthority, ...pathLength), true);
}

/** The key signs certificates, or the handshake of a server; nothing else. */
export function keySigns(what: "certificates" | "handshakes"): Buffer {
  const bits = what === "certificates" ? Buffer.of(1, 0x06) : Buffer.of(7, 0x80);
  return extension("keyUsage", tagged(0x03, bits), true);
}

/** Vouches for nothing but this domain and what is below it. */
export function onlyBelow(domain: string): Buffer {
  const subtree = (tag: number, value: Buffer) => sequence(tagged(tag, value));
  const permitted = tagged(0xa0, subtree(DNS_NAME, Buffer.from(domain, "latin1")));
  const excluded = tagged(0xa1, subtree(IP_ADDRESS, Buffer.alloc(8)), subtree(IP_ADDRESS, Buffer.alloc(32)));
  return extension("nameConstraints", sequence(permitted, excluded), true);
}

/** Is for servers, and for nobody else. */
export function forServers(): Buffer {
  return extension("extendedKeyUsage", sequence(SERVER_AUTHENTICATION));
}

/** @param hosts names and IPv4 addresses */
export function alternativeNames(hosts: readonly string[]): Buffer {
  const names = hosts.map((host) =>
    /^\d+(?:\.\d+){3}$/.test(host)
      ? tagged(IP_ADDRESS, Buffer.from(host.split(".").map(Number)))
      : tagged(DNS_NAME, Buffer.from(host, "latin1")),
  );
  return extension("alternativeNames", sequence(...names));
}

function extension(name: keyof typeof EXTENSIONS, value: Buffer, isCritical = false): Buffer {
  const id = tagged(0x06, Buffer.of(0x55, 0x1d, EXTENSIONS[name]));
  return sequence(id, ...(isCritical ? [tagged(0x01, Buffer.of(0xff))] : []), tagged(0x04, value));
}

function commonName(text: string): Buffer {
  return sequence(tagged(0x31, sequence(COMMON_NAME, tagged(0x0c, Buffer.from(text)))));
}

function spkiOf(key: KeyObject): Buffer {
  return key.export({ type: "spki", format: "der" });
}

function keyId(key: KeyObject): Buffer {
  return createHash("sha1").update(spkiOf(key)).digest();
}

function pemOf(bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return ["-----BEGIN CERTIFICATE-----", ...lines, "-----END CERTIFICATE-----", ""].join("\n");
}
