import { stat } from "node:fs/promises";
import { dirname } from "node:path";
import { findMount } from "../installation/mount.ts";
import { findProxy } from "../portal/proxy.ts";
import { quoteForShell } from "../store/disk-error.ts";
import { unlessErrno } from "../store/file-system.ts";
import { type CheckResult, type Examination, listNames, ok, warning, wrong } from "./doctor-check.ts";
import type { DoctorRequest, DoctorScene } from "./doctor-scene.ts";
import { findManifest } from "./files.ts";
import { findNodeLine } from "./node-line.ts";
import type { Session } from "./session.ts";

/** Checks of what runs us and of what is around: they need no installation. */
export function machineExaminations(session: Session, request: DoctorRequest): readonly Examination[] {
  return [
    { area: "machine", name: "node", look: () => checkNode(session, request) },
    { area: "machine", name: "clock", look: () => checkClock(session.clock()) },
    { area: "machine", name: "tls", look: () => checkTls(request) },
    { area: "machine", name: "proxy", look: () => checkProxy(request) },
  ];
}

/** Checks of what this installation takes from the machine. */
export function suppliesExaminations(scene: DoctorScene): readonly Examination[] {
  return [
    { area: "machine", name: "free-space", look: () => checkFreeSpace(scene) },
    { area: "machine", name: "credentials", look: () => checkCredentials(scene) },
    { area: "machine", name: "portal", look: () => checkPortal(scene) },
  ];
}

function checkNode({ clock }: Session, { runtime }: DoctorRequest): CheckResult | undefined {
  const line = findNodeLine(runtime, clock());
  if (!line) return undefined;
  if (!line.isOver) return ok(runtime);
  return warning(
    `Node.js ${line.version} gets no security fixes any more${line.lastDay === undefined ? "" : `, since ${line.lastDay}`}`,
    "Install Node.js 24 or newer.",
  );
}

const EARLIEST = "2026-01-01";
const LATEST = "2100-01-01";

/** A clock that was never set, or is far off. */
function checkClock(now: Date): CheckResult {
  const today = now.toISOString().slice(0, 10);
  if (today >= EARLIEST && today <= LATEST) return ok(today);
  const hint = "Set the clock of this machine: certificates and --min-age go by it.";
  return wrong("USAGE", `the clock says ${today}`, hint);
}

function checkTls({ environment }: DoctorRequest): CheckResult {
  if (environment["NODE_TLS_REJECT_UNAUTHORIZED"] !== "0") return ok("certificates are checked");
  return wrong(
    "CREDENTIALS_EXPOSED",
    "NODE_TLS_REJECT_UNAUTHORIZED=0 lets anybody on the way read the token and send other mods",
    "Unset it; name a certificate of your own with NODE_EXTRA_CA_CERTS.",
  );
}

/** Addresses of proxies may hold a password, so only their hosts are shown. */
function checkProxy({ environment }: DoctorRequest): CheckResult {
  const read = (name: string) => environment[name] ?? environment[name.toLowerCase()];
  const settings = { http: read("HTTP_PROXY"), https: read("HTTPS_PROXY"), except: read("NO_PROXY") };
  const proxy = findProxy(new URL("https://mods.factorio.com"), settings);
  findProxy(new URL("http://mods.factorio.com"), settings);
  return ok(proxy ? `portals are asked through ${proxy.host}` : "portals are asked directly");
}

const LOW = 1_000_000_000;
const FULL = 50_000_000;

async function checkFreeSpace({ session, installation }: DoctorScene): Promise<CheckResult> {
  const { fs, dir } = session.store();
  const spaces: { readonly folder: string; readonly free: number }[] = [];
  for (const wanted of [installation.modsDir, dir]) {
    const folder = await existingFolder(wanted);
    spaces.push({ folder, free: await fs.freeSpace(folder) });
  }
  const { folder, free } = spaces.reduce((least, each) => (each.free < least.free ? each : least));
  const mount = (await findMount(folder))?.point ?? folder;
  const told = `${Math.floor(free / 1_000_000)} MB free on ${mount}`;
  if (free >= LOW) return ok(free === Number.POSITIVE_INFINITY ? `${mount} does not tell how much is free` : told);
  const hint = 'Free some space there, for example with "roboport cache prune".';
  return free < FULL ? wrong("DISK_FULL", told, hint) : warning(told, hint);
}

async function existingFolder(path: string): Promise<string> {
  const status = await unlessErrno(["ENOENT", "ENOTDIR"], stat(path));
  return status || dirname(path) === path ? path : existingFolder(dirname(path));
}

const OTHERS = 0o044;

async function checkCredentials({ session, request }: DoctorScene): Promise<CheckResult> {
  const accounts = await session.credentials();
  const [first] = accounts;
  if (!first) {
    return warning(
      "no portal account was found: mods cannot be downloaded from the official portal",
      'Run "roboport login", or set FACTORIO_USERNAME and FACTORIO_TOKEN.',
    );
  }
  const exposed: string[] = [];
  for (const { source } of accounts) if (await isReadable(source, request)) exposed.push(source);
  if (exposed.length === 0) return ok(`${first.username}, from ${first.source}`);
  return warning(
    `others on this machine can read the token in ${listNames(exposed)}`,
    `Run: chmod 600 ${exposed.map(quoteForShell).join(" ")}`,
  );
}

/** Sources are paths, or names of environment variables. Secrets of containers belong to the container. */
async function isReadable(source: string, { environment }: DoctorRequest): Promise<boolean> {
  if (process.platform === "win32" || environment[source] !== undefined || source.startsWith("/run/secrets/")) {
    return false;
  }
  const status = await unlessErrno(["ENOENT", "ENOTDIR", "EACCES"], stat(source));
  return status !== undefined && (status.mode & OTHERS) !== 0;
}

async function checkPortal({ session, installation, request }: DoctorScene): Promise<CheckResult | undefined> {
  if (!request.online) return undefined;
  const manifest = await findManifest(installation.root);
  const portals = await session.portals(manifest?.manifest.portals);
  for (const portal of portals) await portal.getModsByName(["flib"], { signal: session.signal });
  const account = (await session.credentials())[0];
  const check = account && (await (await session.portalFor(account)).checkCredentials({ signal: session.signal }));
  const urls = listNames(portals.map(({ url }) => url));
  return ok(check === "accepted" ? `${urls} answered, and the account was accepted` : `${urls} answered`);
}
