/**
 * Looks for a planted secret in everything a run left behind, in every spelling a careless program might give it.
 *
 * `ROBOPORT_CANARY=SECRET node scripts/canary.mjs FOLDER...` prints `file: spelling` for each find; exit code 1 when there is one.
 */
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { gunzipSync } from "node:zlib";

/** The secret as bytes that a file, a log, a request line or a JSON document might hold. */
export function spellingsOf(secret) {
  const bytes = Buffer.from(secret);
  const percent = [...bytes].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join("");
  const unicode = [...secret].map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
  const texts = {
    plain: secret,
    "upper case": secret.toUpperCase(),
    "lower case": secret.toLowerCase(),
    "URL component": encodeURIComponent(secret),
    "URL component, lower case": encodeURIComponent(secret).replaceAll(/%../g, (escape) => escape.toLowerCase()),
    "form field": new URLSearchParams({ "": secret }).toString().slice(1),
    "all percent": percent,
    "all percent, upper case": percent.toUpperCase(),
    "JSON string": JSON.stringify(secret).slice(1, -1),
    "JSON string twice": JSON.stringify(JSON.stringify(secret)).slice(3, -3),
    "JSON escapes": unicode,
    hex: bytes.toString("hex"),
    "hex, upper case": bytes.toString("hex").toUpperCase(),
  };
  const spellings = Object.entries(texts).map(([name, text]) => ({ name, spelling: Buffer.from(text) }));
  spellings.push({ name: "UTF-16", spelling: Buffer.from(secret, "utf16le") });
  for (const offset of [0, 1, 2]) spellings.push(...base64At(bytes, offset));
  return spellings;
}

/** Base64 of a text depends on where it starts in the whole: the part that is the same whatever stands around it. */
function base64At(bytes, offset) {
  const shifted = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString("base64")
    .replaceAll("=", "");
  const from = Math.ceil((offset * 4) / 3);
  const core = shifted.slice(from, shifted.length - 1);
  return [
    { name: `base64 at ${offset}`, spelling: Buffer.from(core) },
    { name: `base64url at ${offset}`, spelling: Buffer.from(core.replaceAll("+", "-").replaceAll("/", "_")) },
  ];
}

/** Every find below `folder`, in file names and contents, gzip opened: `path: spelling`. */
export function findCanary(secret, folder) {
  const spellings = spellingsOf(secret);
  const finds = [];
  for (const path of listAll(folder)) {
    const shown = relative(folder, path);
    for (const bytes of [Buffer.from(shown), ...contentsOf(path)]) {
      const found = spellings.find(({ spelling }) => bytes.includes(spelling));
      if (found) finds.push(`${shown}: ${found.name}`);
    }
  }
  return finds;
}

function listAll(folder) {
  return readdirSync(folder, { recursive: true })
    .map((path) => join(folder, path))
    .sort();
}

function contentsOf(path) {
  if (!lstatSync(path).isFile()) return [];
  const bytes = readFileSync(path);
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return isGzip ? [bytes, gunzipSync(bytes)] : [bytes];
}

function main() {
  const secret = process.env.ROBOPORT_CANARY;
  const folders = process.argv.slice(2);
  if (!secret || folders.length === 0) {
    console.error("Usage: ROBOPORT_CANARY=SECRET node scripts/canary.mjs FOLDER...");
    process.exitCode = 2;
    return;
  }
  const finds = folders.flatMap((folder) => findCanary(secret, folder).map((find) => `${folder}: ${find}`));
  for (const find of finds) console.error(find);
  console.log(`canary: ${finds.length} finds in ${folders.join(", ")}`);
  process.exitCode = finds.length > 0 ? 1 : 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) main();
