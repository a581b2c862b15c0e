import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  X509Certificate,
} from "node:crypto";
import { dirname, join } from "node:path";
import { createSecureContext, type SecureContext } from "node:tls";
import { RoboportError } from "../errors.ts";
import { requirePrivate } from "../installation/private-file.ts";
import { findText } from "../installation/text-file.ts";
import { createFile, writeWhole } from "../store/atomic-file.ts";
import { diskError } from "../store/disk-error.ts";
import { nodeFileSystem, removeLeftover, unlessErrno } from "../store/file-system.ts";
import { makeFolder } from "../store/ownership.ts";
import {
  alternativeNames,
  createCertificate,
  forServers,
  type Issuer,
  keySigns,
  mayVouch,
  onlyBelow,
} from "./certificate.ts";

/** Whoever trusts it takes our answers for those of Factorio's servers, and of no others. */
export interface Authority {
  /** Certificate as PEM, for whoever is to trust it. */
  readonly certificateFile: string;
  /** Key and certificate of a server in the domain; made once for each. */
  contextFor(host: string): SecureContext;
}

export interface AuthorityOptions {
  /** Where its key and certificate lie, or are made. */
  readonly dir: string;
  /** The domain it vouches for. */
  readonly domain: string;
  readonly now: Date;
}

const DAY = 86_400_000;
const AUTHORITY_DAYS = 730;
const SERVER_DAYS = 30;
const FILE_MAX = 64 * 1024;

/**
 * The authority of this user, made at the first time and never replaced.
 *
 * @throws {RoboportError} `STATE_SHAPE` when it is damaged, over, or for another domain, `CREDENTIALS_EXPOSED` when others
 *   can read its key, `PERMISSION`, `DISK_FULL` or `DISK_ERROR`.
 * @see rules CAPTURE-1 to CAPTURE-3
 */
export async function openAuthority(options: AuthorityOptions): Promise<Authority> {
  const { dir, now } = options;
  const files = { key: join(dir, "authority-key.pem"), certificate: join(dir, "authority.pem") };
  await makeFolder(nodeFileSystem, dir);
  const key = parsedAt(files.key, await textOf(files.key, newKey), (text) => createPrivateKey(text));
  await requirePrivate(files.key, "the key");
  const publicKey = createPublicKey(key);
  const own = (): string => newCertificate({ ...options, key, publicKey });
  const text = await textOf(files.certificate, own);
  const certificate = parsedAt(files.certificate, text, (pem) => new X509Certificate(pem));
  const isOver = now >= new Date(certificate.validTo) || now < new Date(certificate.validFrom);
  if (isOver || !certificate.checkPrivateKey(key)) {
    throw unusable(files.certificate, isOver ? "it is over, or not yet valid" : "it belongs to another key");
  }
  const issuer = { name: certificate.subject.replace(/^CN=/, ""), key, publicKey };
  return { certificateFile: files.certificate, contextFor: serverContexts({ issuer, authority: text, now }) };
}

/** What a file holds; where there is none it is made, by whoever is first. */
async function textOf(path: string, create: () => string): Promise<string> {
  const found = await findText(path, FILE_MAX);
  if (found !== undefined) return found;
  await createOnce(path, create());
  return (await findText(path, FILE_MAX)) ?? "";
}

/** Whole or not at all, and never over a file that is there. */
async function createOnce(path: string, text: string): Promise<void> {
  const draft = `${path}.${randomBytes(6).toString("hex")}.tmp`;
  try {
    await createFile(draft, { mode: 0o600 }, (file) => writeWhole(file, text));
    await unlessErrno(["EEXIST"], nodeFileSystem.link(draft, path));
  } catch (error) {
    throw await diskError(error, { message: `Cannot write ${path}`, folder: dirname(path) });
  } finally {
    await removeLeftover(nodeFileSystem, draft);
  }
}

function newKey(): string {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return privateKey.export({ type: "pkcs8", format: "pem" }).toString();
}

interface Keys {
  readonly key: KeyObject;
  readonly publicKey: KeyObject;
}

function newCertificate({ domain, now, key, publicKey }: AuthorityOptions & Keys): string {
  const name = `roboport capture of ${domain} ${randomBytes(4).toString("hex")}`;
  return createCertificate({
    name,
    publicKey,
    issuer: { name, key, publicKey },
    notBefore: new Date(now.getTime() - DAY),
    notAfter: new Date(now.getTime() + AUTHORITY_DAYS * DAY),
    extensions: [mayVouch({ forServersAlone: true }), keySigns("certificates"), onlyBelow(domain)],
  });
}

interface ServerContexts {
  readonly issuer: Issuer;
  /** PEM */
  readonly authority: string;
  readonly now: Date;
}

function serverContexts({ issuer, authority, now }: ServerContexts): (host: string) => SecureContext {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const key = privateKey.export({ type: "pkcs8", format: "pem" });
  const [notBefore, notAfter] = [new Date(now.getTime() - DAY), new Date(now.getTime() + SERVER_DAYS * DAY)];
  const made = new Map<string, SecureContext>();
  return (host) => {
    const known = made.get(host);
    if (known) return known;
    const extensions = [keySigns("handshakes"), forServers(), alternativeNames([host])];
    const cert = createCertificate({ name: host, publicKey, issuer, notBefore, notAfter, extensions });
    const context = createSecureContext({ key, cert: cert + authority });
    made.set(host, context);
    return context;
  };
}

/** @throws {RoboportError} `STATE_SHAPE` */
function parsedAt<T>(path: string, text: string, parse: (text: string) => T): T {
  try {
    return parse(text);
  } catch (error) {
    if (!(error instanceof Error && "code" in error)) throw error;
    throw unusable(path, `it holds no PEM (${String(error.code)})`, error);
  }
}

function unusable(path: string, why: string, cause?: unknown): RoboportError {
  return new RoboportError("STATE_SHAPE", `Cannot use ${path}: ${why}`, {
    hint: "Remove authority.pem and authority-key.pem; new ones are made, and have to be trusted anew.",
    data: { path },
    cause,
  });
}
