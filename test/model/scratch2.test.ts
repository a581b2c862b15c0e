import { readdir, readFile, writeFile, rm, mkdir, symlink, utimes } from "node:fs/promises";
import { join } from "node:path";
import { it } from "vitest";
import { memoryWorld, startTestPortal } from "../../src/testing/index.ts";
import { createTestServer, type TestServer } from "../cli/harness.ts";
import { writeZip } from "../../src/store/zip-write.ts";
const log = (...a: unknown[]) => process.stdout.write(`${a.map((x) => (typeof x === "string" ? x : JSON.stringify(x))).join(" ")}\n`);
const zip = (name: string, version: string, deps: readonly string[] = ["base"], extra = "", line = "2.0") =>
  writeZip([{ path: `${name}_${version}/info.json`, bytes: Buffer.from(JSON.stringify({ name, version, title: extra, author: "", factorio_version: line, dependencies: deps })) }]);
const w = memoryWorld()
  .mod("lib").release("1.0.0").release("1.1.0").release("2.0.0")
  .mod("factory").release("1.0.0", { dependencies: ["base >= 2.0", "lib >= 1.0", "+ sugar"] })
  .mod("sugar").release("0.1.0")
  .mod("spacer").release("1.0.0", { dependencies: ["base", "space-age"] })
  .mod("opt").release("1.0.0", { dependencies: ["base", "? lib < 2.0"] })
  .mod("Squeak Through").release("1.8.0");
const portal = await startTestPortal(w);
const S = async (mods = {}) => { const s = await createTestServer({ portal: portal.url, mods });
  const deps: Record<string, string[]> = { "elevated-rails": ["base >= 2.0.0"], quality: ["base >= 2.0.0"], "space-age": ["base >= 2.0.0", "elevated-rails >= 2.0.0", "quality >= 2.0.0"] };
  for (const [n, d] of Object.entries(deps)) await writeFile(join(s.root, "data", n, "info.json"), JSON.stringify({ name: n, version: "2.0.60", title: n, author: "", dependencies: d }));
  return s; };
async function show(server: TestServer, ...argv: string[]) { const ran = await server.run(argv); log(`$ ${argv.join(" ")}\n${server.transcript(ran)}`); return ran; }
const ls = async (server: TestServer) => log("   mods:", await readdir(server.modsDir));
const cat = async (server: TestServer, f: string) => log(`   ${f}:`, await readFile(join(server.root, f), "utf8").catch((e) => String(e)));
it("a builtins", async () => {
  const s = await S(); await s.run(["init"]); await show(s, "disable", "quality"); await show(s, "disable", "quality", "space-age"); await show(s, "enable", "space-age"); await show(s, "add", "spacer"); await show(s, "enable", "quality", "space-age"); await show(s, "add", "spacer"); await show(s, "disable", "space-age"); await show(s, "disable", "space-age", "spacer"); await show(s, "enable", "spacer"); await show(s, "add", "quality@9.0.0"); await cat(s, "roboport.json"); await show(s, "install", "--json"); await show(s, "list", "--json");
});
it("b disabled required by another", async () => {
  const s = await S(); await s.run(["init"]); await s.run(["add", "lib"]); await s.run(["disable", "lib"]); await show(s, "add", "factory"); await cat(s, "roboport.json"); await show(s, "list"); await cat(s, "mods/mod-list.json"); await show(s, "update"); await show(s, "remove", "factory"); await show(s, "list");
});
it("c hand-edit lock: swap version / sha", async () => {
  const s = await S(); await s.run(["init"]); await s.run(["add", "lib"]);
  const good = await readFile(join(s.root, "roboport.lock"), "utf8");
  await writeFile(join(s.root, "roboport.lock"), good.replace(/"sha256":"[0-9a-f]{4}/, '"sha256":"0000')); await show(s, "install"); await show(s, "verify"); await writeFile(join(s.root, "roboport.lock"), good);
  const lib = good.split("\n").find((l) => l.includes('"lib"'))!;
  await writeFile(join(s.root, "roboport.lock"), good.replace(lib, `${lib},\n${lib}`)); await show(s, "install"); await cat(s, "roboport.lock"); await show(s, "list");
});
it("d symlinks", async () => {
  const s = await S(); const other = join(s.root, "..", "shared"); await mkdir(other); await rm(s.modsDir, { recursive: true }); await symlink(other, s.modsDir); await show(s, "init"); await show(s, "add", "lib"); log(await readdir(other));
  await rm(join(other, "lib_2.0.0.zip")); await writeFile(join(s.root, "lib.zip"), zip("lib", "2.0.0")); await symlink(join(s.root, "lib.zip"), join(other, "lib_2.0.0.zip")); await show(s, "install"); await show(s, "verify"); await show(s, "install", "--dry-run"); await show(s, "remove", "lib"); log(await readdir(other));
});
it("e init twice in mods dir / without builtins; init --dry-run; init with broken mod-list", async () => {
  const s = await S({ "mod-list.json": "garbage" }); await show(s, "init"); log(await readdir(s.root)); await rm(join(s.modsDir, "mod-list.json")); await show(s, "init", "--dry-run"); await show(s, "install"); await show(s, "list"); await show(s, "plan"); await show(s, "update"); await show(s, "rollback"); await show(s, "history"); await show(s, "verify"); await show(s, "outdated"); await show(s, "why", "x");
});
it("f init with unsatisfied set", async () => {
  const s = await S({ "needs_1.0.0.zip": zip("needs", "1.0.0", ["base", "missing-lib"]), "old_1.0.0.zip": zip("old", "1.0.0", ["base"], "", "1.1") }); await show(s, "init"); await show(s, "install"); await show(s, "verify"); await show(s, "add", "lib"); await show(s, "remove", "needs"); await show(s, "disable", "needs", "old"); await show(s, "add", "lib"); await ls(s);
});
it("g init adopts disabled; then add same", async () => {
  const s = await S({ "lib_1.0.0.zip": zip("lib", "1.0.0", ["base"], "mine"), "mod-list.json": '{"mods":[{"name":"lib","enabled":false,"x":1}]}' }); await show(s, "init"); await show(s, "enable", "lib"); await show(s, "add", "lib"); await ls(s); await show(s, "rollback"); await ls(s); await cat(s, "mods/mod-list.json");
});
it("h without cleared by hand", async () => {
  const s = await S(); await s.run(["init"]); await s.run(["add", "factory"]); await s.run(["remove", "sugar"]); await cat(s, "roboport.json"); const t = JSON.parse(await readFile(join(s.root, "roboport.json"), "utf8")); delete t.without; await writeFile(join(s.root, "roboport.json"), JSON.stringify(t)); await show(s, "install"); await show(s, "update");
  await s.run(["remove", "sugar"]); await s.run(["remove", "factory"]); await cat(s, "roboport.json"); await show(s, "add", "factory");
});
it("i adopted mod replaced by portal's (same version other bytes), repair after delete", async () => {
  const s = await S({ "lib_2.0.0.zip": zip("lib", "2.0.0", ["base"], "mine") }); await show(s, "init"); await show(s, "update"); await rm(join(s.modsDir, "lib_2.0.0.zip")); await show(s, "install"); await show(s, "verify", "--repair"); await show(s, "update", "lib"); await show(s, "add", "lib"); await show(s, "remove", "lib"); await show(s, "add", "lib");
});
it("j mod-list pinned to bad", async () => {
  const s = await S(); await s.run(["init"]); await s.run(["add", "lib@1.0.0"]); await writeFile(join(s.modsDir, "mod-list.json"), '{"mods":[{"name":"lib","enabled":true,"version":"9.9.9"},{"name":"base","enabled":false},{"name":"ghost","enabled":true,"version":"1.0.0"}]}'); await show(s, "install"); await cat(s, "mods/mod-list.json"); await show(s, "verify");
});
it("k mod-list directory, unreadable", async () => {
  const s = await S(); await s.run(["init"]); await mkdir(join(s.modsDir, "mod-list.json")); await show(s, "add", "lib"); await rm(join(s.modsDir, "mod-list.json"), { recursive: true }); await mkdir(join(s.modsDir, "lib_2.0.0.zip")); await show(s, "add", "lib"); await ls(s);
  await rm(join(s.root, ".roboport"), { recursive: true, force: true }); await writeFile(join(s.root, ".roboport"), "file"); await show(s, "add", "sugar");
});
it("l json docs", async () => {
  const s = await S(); await s.run(["init"]); for (const argv of [["add", "lib", "--json"], ["add", "lib", "--json", "--dry-run"], ["install", "--json"], ["verify", "--json"], ["verify", "--repair", "--json"], ["disable", "lib", "--json"], ["rollback", "--json"], ["history", "--json"], ["outdated", "--json"], ["plan", "--json"], ["add", "zz", "--json"], ["remove", "zz", "--json"], ["bogus", "--json"], ["add", "--json"], ["update", "--to", "lib", "--json"]]) await show(s, ...argv);
});
it("m removing folder mods, fixed folder vs manifest", async () => {
  const s = await S(); await s.run(["init"]); await s.run(["add", "lib"]); await mkdir(join(s.modsDir, "lib")); await writeFile(join(s.modsDir, "lib", "info.json"), JSON.stringify({ name: "lib", version: "3.0.0", factorio_version: "2.0", title: "", author: "" })); await show(s, "install"); await ls(s); await show(s, "list"); await show(s, "update", "lib"); await show(s, "disable", "lib"); await cat(s, "mods/mod-list.json"); await rm(join(s.modsDir, "lib"), { recursive: true }); await show(s, "enable", "lib"); await ls(s);
});
