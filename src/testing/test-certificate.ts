import { generateKeyPairSync, type KeyObject, randomBytes, sign, X509Certificate } from "node:crypto";

/** What a certificate is for. */
export interface TestCertificateOptions {
  /** Host names and IPv4 addresses; `127.0.0.1` and `localhost` when not given. */
  readonly hosts?: readonly string[] | undefined;
  /** Yesterday when not given. */
  readonly notBefore?: Date | undefined;
  /** A year from today when not given. */
  readonly notAfter?: Date | undefined;
  /** Who vouches for it; nobody but itself when not given. */
  readonly issuer?: TestCertificate | undefined;
}

/** A certificate and its key, as PEM. */
export interface TestCertificate {
  readonly key: string;
  readonly cert: string;
}

const DAY = 86_400_000;
const ECDSA_SHA256 = Buffer.from("300a06082a8648ce3d040302", "hex");
const COMMON_NAME = Buffer.from("0603550403", "hex");
const BASIC_CONSTRAINTS = Buffer.from("0603551d13", "hex");
const ALTERNATIVE_NAMES = Buffer.from("0603551d11", "hex");

/**
 * Make a certificate, for instance one that is over, is for another host, or is vouched for by nobody.
 *
 * @see RFC 5280 §4.1
 */
export function createTestCertificate(options: TestCertificateOptions = {}): TestCertificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const [notBefore, notAfter] = [options.notBefore ?? fromNow(-1), options.notAfter ?? fromNow(365)];
  const serial = randomBytes(8);
  const name = `Test certificate ${serial.toString("hex")}`;
  const body = sequence(
    tagged(0xa0, tagged(0x02, Buffer.of(2))),
    tagged(0x02, Buffer.concat([Buffer.of(1), serial])),
    ECDSA_SHA256,
    nameOf(options.issuer ? subjectOf(options.issuer) : name),
    sequence(timeOf(notBefore), timeOf(notAfter)),
    nameOf(name),
    publicKey.export({ type: "spki", format: "der" }),
    tagged(0xa3, sequence(authority(), alternativeNames(options.hosts ?? ["127.0.0.1", "localhost"]))),
  );
  const signature = sign("sha256", body, options.issuer?.key ?? privateKey);
  const certificate = sequence(body, ECDSA_SHA256, tagged(0x03, Buffer.concat([Buffer.of(0), signature])));
  return { key: pemOfKey(privateKey), cert: pemOf("CERTIFICATE", certificate) };
}

function fromNow(days: number): Date {
  return new Date(Date.now() + days * DAY);
}

function nameOf(text: string): Buffer {
  return sequence(tagged(0x31, sequence(COMMON_NAME, tagged(0x0c, Buffer.from(text)))));
}

function subjectOf({ cert }: TestCertificate): string {
  return new X509Certificate(cert).subject.replace(/^CN=/, "");
}

/** May vouch for others. */
function authority(): Buffer {
  const isAuthority = sequence(tagged(0x01, Buffer.of(0xff)));
  return sequence(BASIC_CONSTRAINTS, tagged(0x04, isAuthority));
}

function alternativeNames(hosts: readonly string[]): Buffer {
  const names = hosts.map((host) =>
    /^\d+(?:\.\d+){3}$/.test(host)
      ? tagged(0x87, Buffer.from(host.split(".").map(Number)))
      : tagged(0x82, Buffer.from(host, "latin1")),
  );
  return sequence(ALTERNATIVE_NAMES, tagged(0x04, sequence(...names)));
}

/** `20261122070500Z` */
function timeOf(date: Date): Buffer {
  return tagged(0x18, Buffer.from(`${date.toISOString().slice(0, 19).replace(/\D/g, "")}Z`));
}

function sequence(...parts: readonly Buffer[]): Buffer {
  return tagged(0x30, Buffer.concat(parts));
}

/** A value of ASN.1 in DER: tag, length, bytes. */
function tagged(tag: number, value: Buffer): Buffer {
  const { length } = value;
  const head = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.of(tag, ...head), value]);
}

function pemOfKey(key: KeyObject): string {
  return key.export({ type: "pkcs8", format: "pem" }).toString();
}

function pemOf(label: string, bytes: Buffer): string {
  const lines = bytes.toString("base64").match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
