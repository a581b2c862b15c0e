import { readdir, readFile, writeFile, rm, mkdir, chmod } from "node:fs/promises";
import { join } from "node:path";
import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { memoryWorld, startTestPortal } from "../../src/testing/index.ts";
import { createTestServer, type TestServer } from "../cli/harness.ts";
import { writeZip } from "../../src/store/zip-write.ts";
import { fastInstall } from "../../src/cli/fast-install.ts";

const log = (...a: unknown[]) => process.stdout.write(`${a.map((x) => (typeof x === "string" ? x : JSON.stringify(x))).join(" ")}\n`);
const zip = (name: string, version: string, deps: readonly string[] = ["base"], extra = "", line = "2.0") =>
  writeZip([{ path: `${name}_${version}/info.json`, bytes: Buffer.from(JSON.stringify({ name, version, title: extra, author: "", factorio_version: line, dependencies: deps })) }]);
const world = () => memoryWorld()
  .mod("lib").release("1.0.0").release("1.1.0").release("2.0.0")
  .mod("factory", { summary: "Builds factories" })
  .release("1.0.0", { dependencies: ["base >= 2.0", "lib >= 1.0", "+ sugar", "? extra"] })
  .release("1.5.0", { dependencies: ["base >= 2.0", "lib >= 1.1", "+ sugar"] })
  .mod("sugar").release("0.1.0")
  .mod("old fashioned").release("0.9.0", { dependencies: ["base", "lib < 2.0"] })
  .mod("loner").release("1.0.0", { dependencies: ["base", "! lib"] })
  .mod("constructor").release("1.0.0")
  .mod("__proto__").release("1.0.0")
  .mod("dep", { deprecated: true }).release("1.0.0")
  .mod("Lib").release("3.0.0")
  .mod("railer").release("1.0.0", { dependencies: ["base", "elevated-rails"] })
  .mod("two").release("1.0.0").release("2.0.0", { factorioVersion: "2.1" })
  .mod("x".repeat(100)).release("1.0.0")
  .mod("future").release("1.0.0", { factorioVersion: "2.1" });
const portal = await startTestPortal(world());
const S = async (mods = {}) => createTestServer({ portal: portal.url, mods });
async function show(server: TestServer, ...argv: string[]) {
  const ran = await server.run(argv);
  log(`$ ${argv.join(" ")}\n${server.transcript(ran)}`);
  return ran;
}
const ls = async (server: TestServer) => log("   mods:", await readdir(server.modsDir));
const cat = async (server: TestServer, f: string) => log(`   ${f}:`, await readFile(join(server.root, f), "utf8").catch((e) => String(e)));
const edit = async (s: TestServer, f: string, fn: (t: string) => string) => writeFile(join(s.root, f), fn(await readFile(join(s.root, f), "utf8")));

it("1 init with two zips of one mod", async () => {
  const s = await S({ "lib_1.0.0.zip": zip("lib", "1.0.0"), "lib_1.1.0.zip": zip("lib", "1.1.0") });
  await show(s, "init", "--json"); await ls(s);
});
it("2 disabled never locked, hand zip", async () => {
  const s = await S(); await show(s, "init");
  await edit(s, "roboport.json", (t) => t.replace('"mods": {', '"mods": {"own": {"version":"*","enabled":false}'));
  await writeFile(join(s.modsDir, "own_1.0.0.zip"), zip("own", "1.0.0"));
  await show(s, "install"); await ls(s);
});
it("3 disabled, lock deleted", async () => {
  const s = await S(); await show(s, "init"); await s.run(["add", "lib"]); await show(s, "disable", "lib"); await ls(s);
  await rm(join(s.root, "roboport.lock"));
  await show(s, "install"); await ls(s);
});
it("4 hand-put exact portal zip then add; verify", async () => {
  const src = await S(); await src.run(["init"]); await src.run(["add", "lib"]);
  const bytes = await readFile(join(src.modsDir, "lib_2.0.0.zip"));
  const s = await S(); await s.run(["init"]);
  await writeFile(join(s.modsDir, "lib_2.0.0.zip"), bytes);
  await show(s, "add", "lib"); await show(s, "verify"); await show(s, "verify", "--repair"); await show(s, "verify"); await cat(s, "roboport.lock");
  log(fastInstall(["install"], s.root));
});
it("5 plan then manifest edited then apply", async () => {
  const s = await S(); await s.run(["init"]); await s.run(["add", "lib", "--no-apply"]);
  const p = await s.run(["plan", "--json"]); await writeFile(join(s.root, "p.json"), p.stdout);
  await edit(s, "roboport.json", (t) => t.replace('"lib": "*"', '"lib": "*", // precious\n "sugar": "*"'));
  await show(s, "apply", "p.json"); await cat(s, "roboport.json");
});
it("6 hand-put newer of a managed mod", async () => {
  const s = await S(); await s.run(["init"]); await s.run(["add", "lib@1.0.0"]);
  await writeFile(join(s.modsDir, "lib_9.0.0.zip"), zip("lib", "9.0.0"));
  await show(s, "install"); await ls(s);
  await s.run(["add", "factory"]); await writeFile(join(s.modsDir, "sugar_9.0.0.zip"), zip("sugar", "9.0.0"));
  await show(s, "install"); await ls(s); await cat(s, "mods/mod-list.json");
});
it("7 remove comments / trailing commas", async () => {
  const s = await S(); await s.run(["init"]);
  await writeFile(join(s.root, "roboport.json"), '{\n  // head\n  "mods": {\n    // about lib\n    "lib": "*", // lib inline\n    // about sugar\n    "sugar": "*", // sugar inline\n    // tail\n  },\n}\n');
  await show(s, "install"); await show(s, "remove", "sugar"); await cat(s, "roboport.json");
  await show(s, "remove", "lib"); await cat(s, "roboport.json"); await show(s, "list");
});
it("7b remove first", async () => {
  const s = await S(); await s.run(["init"]);
  await writeFile(join(s.root, "roboport.json"), '{\n  // head\n  "mods": {\n    // about lib\n    "lib": "*", // lib inline\n    // about sugar\n    "sugar": "*" // sugar inline\n    // tail\n  }\n}\n');
  await show(s, "remove", "lib"); await cat(s, "roboport.json");
  await show(s, "add", "lib"); await cat(s, "roboport.json");
});
it("8 BOM, CRLF manifest and lock", async () => {
  const s = await S(); await s.run(["init"]); await s.run(["add", "lib"]);
  await edit(s, "roboport.json", (t) => `\uFEFF${t}`); await show(s, "install"); 
  await edit(s, "roboport.json", (t) => t.replace("\uFEFF", "").replaceAll("\n", "\r\n")); await show(s, "add", "sugar"); log(JSON.stringify(await readFile(join(s.root, "roboport.json"), "utf8")));
  await edit(s, "roboport.lock", (t) => `\uFEFF${t}`); await show(s, "install");
  await writeFile(join(s.root, "roboport.json"), ""); await show(s, "install"); await writeFile(join(s.root, "roboport.json"), "{}"); await show(s, "install"); 
});
it("9 lock empty / newer / garbage", async () => {
  const s = await S(); await s.run(["init"]); await s.run(["add", "lib"]);
  const good = await readFile(join(s.root, "roboport.lock"), "utf8");
  for (const t of ["", "{}", good.replace('"lockfileVersion": 1', '"lockfileVersion": 2'), good.slice(0, 100), "[]", good.replace(/"lib"/g, '"../lib"')]) {
    await writeFile(join(s.root, "roboport.lock"), t); await show(s, "install"); await show(s, "rollback"); await writeFile(join(s.root, "roboport.lock"), good);
  }
});
it("10 mods line 1.1 by hand", async () => {
  const s = await S(); await s.run(["init"]); await s.run(["add", "lib"]);
  await writeFile(join(s.modsDir, "oldie_1.0.0.zip"), zip("oldie", "1.0.0", ["base"], "", "1.1"));
  await show(s, "install"); await show(s, "add", "sugar"); await show(s, "verify"); await show(s, "list");
});
it("11 delete .roboport", async () => {
  const s = await S(); await s.run(["init"]); await s.run(["add", "factory"]);
  await rm(join(s.root, ".roboport"), { recursive: true });
  await show(s, "install"); await show(s, "list"); await show(s, "update"); await show(s, "remove", "factory"); await ls(s); await show(s, "list"); await cat(s, "roboport.lock");
});
it("12 prototype names", async () => {
  const s = await S(); await s.run(["init"]);
  await show(s, "add", "constructor"); await show(s, "add", "__proto__"); await cat(s, "roboport.json"); await show(s, "list"); await show(s, "add", "x".repeat(100)); await show(s, "add", "x".repeat(101)); await show(s, "add", "LIB"); await show(s, "add", "Lib", "lib"); await ls(s); await show(s, "why", "lib");
});
it("13 built-ins off while required", async () => {
  const s = await S(); await s.run(["init"]); await s.run(["add", "railer"]);
  await show(s, "disable", "elevated-rails"); await show(s, "disable", "quality"); await show(s, "disable", "base"); await show(s, "remove", "quality"); await show(s, "disable", "space-age", "quality"); await show(s, "add", "space-age"); await show(s, "enable", "recycler"); await show(s, "add", "recycler"); await cat(s, "roboport.json"); await show(s, "add", "core"); await cat(s, "roboport.json"); await show(s, "add", "quality@9");
});
it("14 factorio change", async () => {
  const s = await S(); await s.run(["init"]); await s.run(["add", "two"]);
  await show(s, "install", "--factorio", "2.1"); await ls(s); await show(s, "install"); await ls(s); await show(s, "list", "--factorio", "2.1");
  await s.run(["add", "lib"]); await show(s, "update", "--factorio", "2.1");
  for (const b of ["base", "elevated-rails", "quality", "space-age", "recycler"]) { await mkdir(join(s.root, "data", b), { recursive: true }); await writeFile(join(s.root, "data", b, "info.json"), JSON.stringify({ name: b, version: "2.1.5", dependencies: b === "base" ? [] : ["base"] })); }
  await show(s, "install"); await show(s, "remove", "lib"); await show(s, "install"); await ls(s);
});
it("15 mod-list broken", async () => {
  const s = await S(); await s.run(["init"]); await s.run(["add", "lib"]);
  for (const t of ["", "{", '{"mods": [{"name": "lib"}]}', '{"mods": [{"name": "lib", "enabled": true}, {"name": "lib", "enabled": false}]}', "\0\0\0", '{"mods": []}', '{"mods": [], }', "[]"]) {
    await writeFile(join(s.modsDir, "mod-list.json"), t); log("mod-list", t); await show(s, "install"); await cat(s, "mods/mod-list.json");
  }
});
it("16 remove several, unknown names, wrong hints", async () => {
  const s = await S(); await s.run(["init"]); await s.run(["add", "factory"]);
  await show(s, "remove", "sugar", "nothing"); await show(s, "remove", "lib", "factory"); await ls(s); await s.run(["rollback"]);
  await show(s, "enable", "lib"); await show(s, "disable", "sugar"); await show(s, "disable", "nothing"); await show(s, "add", "factory"); await show(s, "add", "factory@1.0.0"); await show(s, "update", "--to", "factory@7.7.7"); await show(s, "add", "lib@"); await show(s, "remove", "factory", "factory"); 
  await show(s, "add", "lib", "lib@1.0.0"); await cat(s, "roboport.json");
});
it("17 mods folder missing", async () => {
  const s = await S(); await s.run(["init"]); await s.run(["add", "lib"]);
  await rm(s.modsDir, { recursive: true }); await show(s, "install"); await show(s, "verify"); await show(s, "list"); await show(s, "verify", "--repair");
});
it("18 mods-dir elsewhere", async () => {
  const s = await S(); const other = join(s.root, "..", "elsewhere"); await mkdir(other);
  await show(s, "init", "--mods-dir", "../elsewhere"); await show(s, "init", "--mods-dir", "../elsewhere", "--factorio", "2.0.60"); log(await readdir(join(s.root, "..")), await readdir(s.root));
  await show(s, "add", "lib", "--mods-dir", "../elsewhere"); log(await readdir(other));
});
it("19 duplicate manifest keys & unknown fields", async () => {
  const s = await S(); await s.run(["init"]);
  await writeFile(join(s.root, "roboport.json"), '{"mods": {"lib": "*", "sugar": "*", "lib": "= 1.0.0"}, "zzz": 1, "mod": {}}');
  await show(s, "install"); await ls(s); await show(s, "remove", "lib"); await cat(s, "roboport.json"); await ls(s);
  await writeFile(join(s.root, "roboport.json"), '{"mods": {"lib": {"version": "*", "note": "keep", "portal": "http://nowhere.example"}}}'); await show(s, "install"); await show(s, "disable", "lib"); await cat(s, "roboport.json");
  await writeFile(join(s.root, "roboport.json"), '{"mods": {"lib": {"version": "*", /* why */ "note": "keep"}}}'); await show(s, "install"); await show(s, "disable", "lib"); await cat(s, "roboport.json"); await show(s, "enable", "lib"); await cat(s, "roboport.json"); await show(s, "add", "lib@1.0.0"); await cat(s, "roboport.json");
  await writeFile(join(s.root, "roboport.json"), '{"mods": {"base": "*", "quality": "*"}}'); await show(s, "install"); await writeFile(join(s.root, "roboport.json"), '{"mods": ["lib"]}'); await show(s, "install"); await writeFile(join(s.root, "roboport.json"), '{"mods": {}, "builtIns": {"qualty": false}}'); await show(s, "install"); await writeFile(join(s.root, "roboport.json"), '{"mods": {"lib": ""}, "builtIns": {"base": false}}'); await show(s, "install"); 
});
it("20 plan with blocked", async () => {
  const s = await S(); await s.run(["init"]); 
  await writeFile(join(s.modsDir, "lib_2.0.0.zip"), "not a zip");
  await show(s, "add", "lib", "--dry-run"); await show(s, "add", "lib"); await ls(s); await cat(s, "roboport.json");
  await writeFile(join(s.modsDir, "lib_2.0.0.zip"), zip("lib", "2.0.0", ["base"], "mine"));
  await show(s, "add", "lib", "--dry-run"); await show(s, "add", "lib"); await ls(s); log(createHash("sha256").update(zip("lib", "2.0.0", ["base"], "mine")).digest("hex"), createHash("sha256").update(await readFile(join(s.modsDir, "lib_2.0.0.zip"))).digest("hex"));
  await writeFile(join(s.modsDir, "sugar_0.1.0.zip"), zip("sugar", "0.1.0", ["base"], "mine")); await show(s, "add", "factory"); await ls(s); await show(s, "list");
});
it("21 rollback loses manual manifest edit", async () => {
  const s = await S(); await s.run(["init"]); await s.run(["add", "lib"]); await s.run(["add", "sugar"]);
  await edit(s, "roboport.json", (t) => t.replace('"mods": {', '"mods": { // hand-written\n'));
  await show(s, "rollback"); await show(s, "rollback"); await cat(s, "roboport.json"); await show(s, "history"); await show(s, "rollback", "--dry-run");
});
it("22 add via --no-apply then rollback", async () => {
  const s = await S(); await s.run(["init"]); await show(s, "rollback"); await s.run(["add", "lib"]); await s.run(["add", "sugar", "--no-apply"]); await show(s, "rollback"); await ls(s);
});
