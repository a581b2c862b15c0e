import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { existsSync, lstatSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fastList } from "../../src/cli/fast-list.ts";
import { writeZip } from "../../src/store/zip-write.ts";
import { runCli } from "./harness.ts";

const DATA = process.env["ROBOPORT_DATA"] ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));
const MOD_ZIPS = join(DATA, "mod-zips");

let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "roboport-fast-list-"));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

/** Contents by path below a server's folder; `null` is a folder, and what begins with `-> ` a symbolic link. */
type Tree = Readonly<Record<string, string | Uint8Array | null>>;

/** A server's folder; of two that want to lie in one place the first does. */
async function plant(...trees: readonly Tree[]): Promise<string> {
  const root = await mkdtemp(join(scratch, "server-"));
  for (const [path, content] of trees.flatMap((tree) => Object.entries(tree))) {
    const target = join(root, path);
    const hasFolder = await mkdir(dirname(target), { recursive: true }).then(
      () => true,
      () => false,
    );
    if (!hasFolder || lstatSync(target, { throwIfNoEntry: false })) continue;
    if (content === null) await mkdir(target);
    else if (typeof content === "string" && content.startsWith("-> ")) await symlink(content.slice(3), target);
    else await writeFile(target, content);
  }
  return root;
}

interface Surroundings {
  readonly env?: Readonly<Record<string, string>>;
  /** Its width. */
  readonly terminal?: number | undefined;
  /** Below the server's folder. */
  readonly from?: string;
}

async function bothWays(root: string, argv: readonly string[], { env = {}, terminal, from = "" }: Surroundings = {}) {
  const cwd = join(root, from);
  const stdout = () => (terminal === undefined ? {} : { isTTY: true, columns: terminal });
  return {
    fast: await fastList(argv, { env, cwd, stdout }),
    whole: await runCli(argv, { env, cwd, ...(terminal !== undefined && { terminal }) }),
  };
}

function infoJson(info: object): string {
  return JSON.stringify({ title: "A title", author: "somebody", factorio_version: "2.0", ...info });
}

interface ZipOptions {
  readonly folder?: string;
  readonly deflate?: boolean;
  /** Files beside its info.json. */
  readonly others?: number;
}

function modZip(info: object | string, { folder = "mod", deflate = false, others = 0 }: ZipOptions = {}): Uint8Array {
  const text = typeof info === "string" ? info : infoJson(info);
  const noise = Array.from({ length: others }, (_, at) => ({ path: `${folder}/f-${at}.lua`, bytes: Buffer.from("x") }));
  return writeZip([...noise, { path: `${folder}/info.json`, bytes: Buffer.from(text), deflate }]);
}

const MANIFEST = '// what the admin wants\n{ "factorio": "2.0.60", "mods": { "lib": "*", }, }';
const base = (version: string) => infoJson({ name: "base", version, dependencies: undefined });

describe("list without the whole program", () => {
  it.each<[string, readonly string[], Surroundings]>([
    ["plain", [], {}],
    ["as JSON", ["--json"], {}],
    ["in the order of loading", ["--order"], {}],
    ["on a terminal", [], { terminal: 100, env: { FORCE_COLOR: "1" } }],
    ["on a narrow one", [], { terminal: 24 }],
    ["without colours", ["--no-color"], { terminal: 100 }],
    ["with a folder", ["--mods-dir", "mods", "--portal", "http://127.0.0.1:9/", "--quiet"], {}],
    ["from elsewhere", ["--server-dir", ".."], { from: "mods" }],
    ["from below", ["--json"], { from: "mods" }],
    ["for another game", ["--factorio", "1.1.110", "--verbose"], { env: { PUID: "845", FACTORIO_TOKEN: "app" } }],
  ])("[CLI-37] says what the whole program says: %s", async (_, options, surroundings) => {
    const root = await plant({
      "roboport.json": MANIFEST,
      "mods/app_1.2.0.zip": modZip({ name: "app", version: "1.2.0", dependencies: ["base", "lib >= 1"] }),
      "mods/app_1.10.0.zip": modZip({ name: "app", version: "1.10.0" }, { deflate: true, others: 60 }),
      "mods/lib/info.json": infoJson({ name: "lib", version: "0.1.0" }),
      "mods/off_1.0.0.zip": modZip({ name: "off", version: "1.0.0" }),
      "mods/bad_1.0.0.zip": "PK no zip",
      "mods/mod-list.json": JSON.stringify({ mods: [{ name: "off", enabled: false }] }),
      "mods/mod-settings.dat": "",
      "data/base/info.json": base("2.0.60"),
      "data/changelog.txt": "",
    });
    const { fast, whole } = await bothWays(root, ["list", ...options], surroundings);
    expect(whole).toEqual({ exitCode: 0, stdout: fast, stderr: "" });
    expect(fast).toContain("lib");
  });

  const name = fc.constantFrom(
    "app",
    "App",
    "lib",
    "big-mod",
    "Larger Inventory",
    "quality",
    "base",
    "__proto__",
    "é",
    "",
  );
  const version = fc.constantFrom("1.0.0", "1.2.0", "1.10.0", "01.2.0", "2.0", "0.0.0", "70000.1.1", "one");
  const words = fc.constantFrom("base", "lib >= 1.0", "? App", "(?) big-mod", "! quality", "~ app", "what >", "\u202e");
  const info = fc.record(
    { name, version, dependencies: fc.oneof(fc.array(words, { maxLength: 4 }), words, fc.constant(7)) },
    { requiredKeys: ["name", "version"] },
  );
  const infoText = fc.oneof(
    { weight: 8, arbitrary: info.map(infoJson) },
    fc.constantFrom(
      "",
      "{",
      "[]",
      '\ufeff{"name":"app","version":"1.0.0"}',
      '{"name":"app\n","version":"1.0.0"}',
      "\0",
    ),
  );
  const options = fc.record({
    folder: fc.constantFrom("mod", "app_1.0.0", "a/b", "\u001b[31m"),
    deflate: fc.boolean(),
    others: fc.constantFrom(0, 0, 1, 200),
  });
  const zip = fc.tuple(infoText, options).map(([text, how]) => modZip(text, how));
  const damaged = fc
    .tuple(zip, fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 255 }))
    .map(([bytes, place, byte]) => {
      const at = Math.floor(place * bytes.byteLength);
      return byte === 0 ? bytes.slice(0, at) : bytes.map((each, index) => (index === at ? each ^ byte : each));
    });
  /** A zip that is called as its info.json says. */
  const fitting = fc.tuple(info, options).map(([said, how]): Tree => {
    return { [`mods/${said.name.replace("/", "")}_${said.version}.zip`]: modZip(said, how) };
  });
  const odd = fc.constantFrom(
    "App_1.0.0.ZIP",
    "app.zip",
    "app_1.0.0",
    "app",
    "lib_1.2.0",
    "\u001b[31mred\u202e_1.0.0.zip",
    "模組_1.0.0.zip",
    "notes.txt",
    "a b\nc.zip",
    ".hidden",
    "\u{1f600}.zip",
    "\uffff.zip",
  );
  const file = fc.tuple(
    odd,
    fc.oneof(zip, damaged, fc.constantFrom("", "text", "-> app_1.0.0.zip", "-> nowhere", null)),
  );
  const entry = fc.oneof(
    { weight: 6, arbitrary: fitting },
    {
      weight: 2,
      arbitrary: fc.tuple(name, version, damaged).map(([n, v, z]): Tree => ({ [`mods/x${n}_${v}.zip`]: z })),
    },
    { weight: 2, arbitrary: file.map(([called, content]): Tree => ({ [`mods/${called}`]: content })) },
    { weight: 2, arbitrary: fc.tuple(odd, infoText).map(([n, i]): Tree => ({ [`mods/${n}.d/info.json`]: i })) },
    { weight: 1, arbitrary: fc.tuple(name, infoText).map(([n, i]): Tree => ({ [`mods/${n || "_"}/info.json`]: i })) },
  );
  const switches = fc
    .array(
      fc.record(
        { name, enabled: fc.constantFrom<unknown>(true, false, "true", "false", 1), version },
        { requiredKeys: ["name", "enabled"] },
      ),
      { maxLength: 6 },
    )
    .map((mods) => JSON.stringify({ mods }));
  const modList = fc.oneof(
    { weight: 4, arbitrary: switches },
    fc.constantFrom('\ufeff{"mods":[]}', "", "{}", '{"mods":[{}]}', "-> nowhere", null),
  );
  const surroundings = fc.oneof(
    { weight: 6, arbitrary: fc.constant<Tree>({}) },
    fc.constantFrom<Tree>(
      { "data/base/info.json": base("2.0.73") },
      { "data/base/info.json": base("1.1.110"), "data/quality/info.json": base("2.0.73") },
      { "data/base/info.json": "{" },
      { "data/changelog.txt": "Version: 2.0.41\n" },
      { "config/config.ini": "[path]\nwrite-data=elsewhere\n", "elsewhere/mods": null },
      { "roboport.lock": "{}" },
      { "roboport.lock": '{"lockfileVersion":1,"factorio":"2.0.60","builtIns":[],"request":"","mods":[]}' },
      { ".roboport": null },
      { ".roboport": "a file" },
      { "mods/.roboport-stage": null },
    ),
  );
  const manifest = fc.oneof(
    { weight: 8, arbitrary: fc.constant<Tree>({ "roboport.json": MANIFEST }) },
    fc.constantFrom<Tree>(
      {},
      { "roboport.json": "{}" },
      { "roboport.json": "{" },
      { "roboport.json": '{"mods":{"a":7}}' },
    ),
  );
  const trees = fc
    .tuple(manifest, surroundings, fc.option(modList), fc.array(entry, { maxLength: 8 }))
    .map(([wanted, around, list, entries]): readonly Tree[] => [
      { mods: null },
      wanted,
      around,
      list === null ? {} : { "mods/mod-list.json": list },
      ...entries,
    ]);
  const usual = fc.constantFrom(
    ["--json"],
    ["--order"],
    ["--no-color"],
    ["--quiet"],
    ["--mods-dir", "mods"],
    ["--server-dir", "."],
  );
  const unusual = fc.constantFrom(
    ["--tree"],
    ["--factorio", "2.0.60"],
    ["--factorio", "new"],
    ["--json", "--json"],
    ["--portal", "http://a", "--portal", "http://b"],
    ["--portal", "http://u:p@x/"],
    ["--mods-dir", "nowhere"],
    ["--mods-dir="],
    ["--mods-dir=mods"],
    ["--order=yes"],
    ["-q"],
    ["-x"],
    ["--"],
    ["app"],
    ["--help"],
  );
  const argv = fc
    .array(fc.oneof({ weight: 5, arbitrary: usual }, { weight: 1, arbitrary: unusual }), { maxLength: 3 })
    .map((lists) => ["list", ...lists.flat()]);
  const env = fc.constantFrom<Readonly<Record<string, string>>>(
    {},
    {},
    { FORCE_COLOR: "1" },
    { NO_COLOR: "1" },
    { TERM: "dumb" },
    { FACTORIO_TOKEN: "app" },
    { PUID: "x" },
  );
  const terminal = fc.constantFrom(undefined, undefined, 120, 30);

  it("[CLI-37] says of every folder and command line what the whole program says, or nothing", async () => {
    let answered = 0;
    await fc.assert(
      fc.asyncProperty(trees, argv, env, terminal, async (parts, line, environment, width) => {
        const root = await plant(...parts);
        const { fast, whole } = await bothWays(root, line, { env: environment, terminal: width });
        if (fast !== undefined) expect(whole).toEqual({ exitCode: 0, stdout: fast, stderr: "" });
        if (fast !== undefined) answered++;
        await rm(root, { recursive: true });
      }),
      { numRuns: 200 },
    );
    expect(answered).toBeGreaterThan(40);
  });

  it.skipIf(process.platform !== "linux")(
    "[CLI-37] shows a name that is not UTF-8 as the whole program does",
    async () => {
      const root = await plant({ "roboport.json": MANIFEST, mods: null });
      await writeFile(Buffer.from(`${root}/mods/b\xffd_1.0.0.zip`, "latin1"), "");
      const { fast, whole } = await bothWays(root, ["list", "--json"]);
      expect([fast, whole.exitCode]).toEqual([whole.stdout, 0]);
      expect(fast).toContain("its name is not UTF-8");
    },
  );

  it.skipIf(!existsSync(MOD_ZIPS))(
    "[CLI-37] says of the real zips of ROBOPORT_DATA what the whole program says",
    async () => {
      const root = await plant({ "roboport.json": MANIFEST, mods: null });
      for (const file of readdirSync(MOD_ZIPS)) await copyFile(join(MOD_ZIPS, file), join(root, "mods", file));
      for (const option of ["--json", "--order", "--no-color"]) {
        const { fast, whole } = await bothWays(root, ["list", option]);
        expect([fast, whole.exitCode]).toEqual([whole.stdout, 0]);
      }
    },
  );

  it.each([
    ["--tree"],
    ["--help"],
    ["app"],
    ["--mods-dir"],
    ["--mods-dir", "--json"],
    ["--portal", "mods.example"],
    ["--factorio", "new"],
  ])("[CLI-38] leaves %s %s to the whole program", async (...words) => {
    const root = await plant({ "roboport.json": MANIFEST, mods: null });
    const world = { env: {}, cwd: root, stdout: () => ({}) };
    expect(await fastList(["list"], world)).toBe("no mods for Factorio 2.0.60\n");
    expect(await fastList(["list", ...words], world)).toBeUndefined();
  });

  it.each<[string, Tree]>([
    ["a lockfile", { "roboport.lock": "{}" }],
    ["a trace of a change", { ".roboport/generations": null }],
    ["the stage of a change", { "mods/.roboport-stage": null }],
    ["a mod-list.json that cannot be read", { "mods/mod-list.json": "{" }],
    ["a manifest that cannot be read", { "roboport.json": "{" }],
    ["game data that cannot be read", { "data/base/info.json": "{" }],
  ])("[CLI-38] leaves a folder to the whole program where there is %s", async (_, tree) => {
    const root = await plant(tree, { "roboport.json": MANIFEST, mods: null });
    expect(await fastList(["list"], { env: {}, cwd: root, stdout: () => ({}) })).toBeUndefined();
  });
});
