import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes, X509Certificate } from "node:crypto";
import { alternativeNames, createCertificate, type Issuer, mayVouch } from "../capture/certificate.ts";

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

/** Make a certificate, for instance one that is over, is for another host, or is vouched for by nobody. */
export function createTestCertificate(options: TestCertificateOptions = {}): TestCertificate {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const name = `Test certificate ${randomBytes(8).toString("hex")}`;
  const cert = createCertificate({
    name,
    publicKey,
    issuer: options.issuer ? issuerOf(options.issuer) : { name, key: privateKey, publicKey },
    notBefore: options.notBefore ?? fromNow(-1),
    notAfter: options.notAfter ?? fromNow(365),
    extensions: [mayVouch(), alternativeNames(options.hosts ?? ["127.0.0.1", "localhost"])],
  });
  return { key: privateKey.export({ type: "pkcs8", format: "pem" }).toString(), cert };
}

function issuerOf({ key, cert }: TestCertificate): Issuer {
  const name = new X509Certificate(cert).subject.replace(/^CN=/, "");
  return { name, key: createPrivateKey(key), publicKey: createPublicKey(key) };
}

function fromNow(days: number): Date {
  return new Date(Date.now() + days * DAY);
}
