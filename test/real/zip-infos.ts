import { execFile } from "node:child_process";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { readModZip } from "../../src/store/mod-zip.ts";

/** The fields of an info.json that the rules speak of, as they are written. */
export interface ZipInfo {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly factorio_version?: unknown;
  readonly dependencies?: unknown;
}

/** What was read, and by whom: another program than ours where there is one. */
export interface ZipInfos {
  readonly reader: "unzip" | "roboport";
  /** By file name; undefined where the zip cannot be read. */
  readonly infos: ReadonlyMap<string, ZipInfo | undefined>;
}

const OUTPUT_MAX = 256 * 1024 * 1024;

/** Every text ends with a NUL; the folder in a zip has the file's name, or any other that its first entry tells. */
const READ_ALL = `for zip; do
  stem=\${zip##*/}; stem=\${stem%.zip}
  if ! unzip -p "$zip" "$stem/info.json" 2>/dev/null; then
    root=$(unzip -Z1 "$zip" 2>/dev/null | head -n 1)
    unzip -p "$zip" "\${root%%/*}/info.json" 2>/dev/null
  fi
  printf '\\0'
done`;

/** Read the info.json of every zip in a folder with the system's `unzip`; with our own reader where that is missing. */
export async function readZipInfos(folder: string): Promise<ZipInfos> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".zip")).sort();
  const paths = files.map((file) => join(folder, file));
  if (!(await hasUnzip())) {
    return { reader: "roboport", infos: new Map(files.map((file, at) => [file, readOurselves(paths[at] ?? "")])) };
  }
  const { stdout } = await promisify(execFile)("sh", ["-c", READ_ALL, "sh", ...paths], { maxBuffer: OUTPUT_MAX });
  const texts = stdout.split("\0");
  return { reader: "unzip", infos: new Map(files.map((file, at) => [file, parseInfo(texts[at] ?? "")])) };
}

async function hasUnzip(): Promise<boolean> {
  return promisify(execFile)("unzip", ["-v"]).then(
    () => true,
    () => false,
  );
}

/** Real files begin with a byte order mark and hold raw line feeds in texts; elsewhere white space means nothing. */
function parseInfo(text: string): ZipInfo | undefined {
  if (text === "") return undefined;
  const clean = [...text.replace(/^\uFEFF/, "")].map((each) => (each < " " ? " " : each)).join("");
  return JSON.parse(clean) as ZipInfo;
}

function readOurselves(path: string): ZipInfo {
  const { info } = readModZip(path);
  const { name, version, factorioVersion, dependencies } = info;
  return { name, version: version.text, factorio_version: factorioVersion, dependencies };
}
