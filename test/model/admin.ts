import { mkdir, readdir, readFile, rename, rm, symlink, unlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Random } from "../faults/seeded-random.ts";
import type { TestServer } from "../cli/harness.ts";
import { below, oneOf, publish, randomBound, randomDependencies, type Scene, zipByHand } from "./random-world.ts";

/** What somebody with an editor and a file manager does between two commands. */
export interface Admin {
  readonly server: TestServer;
  readonly scene: Scene;
  readonly random: Random;
  /** Comments the admin wrote into roboport.json. */
  readonly comments: string[];
  /** The last mod-list.json that could be read, while it cannot. */
  goodModList: string | undefined;
}

type Edit = (admin: Admin) => Promise<string | undefined>;

const LINES = ["2.0", "2.0", "2.0", "2.1", "1.1"];

const putZip: Edit = async (admin) =>
  await putOwnZip(admin, (name) => (admin.random() < 0.6 ? ["base"] : randomDependencies(admin.scene, name)));

/** Put a zip into the mods folder that needs nothing. */
export const putZipToAdopt: Edit = async (admin) => await putOwnZip(admin, () => ["base"]);

async function putOwnZip(
  { server, scene, random }: Admin,
  dependenciesOf: (name: string) => readonly string[],
): Promise<string> {
  const name =
    random() < 0.6 ? oneOf([...scene.published.keys()], random) : oneOf(["mine", "own mod", "a_b_c"], random);
  const version = oneOf(["1.0.0", "1.0.1", "1.1.0", "2.0.0", "9.0.0"], random);
  const line = random() < 0.9 ? scene.game.split(".").slice(0, 2).join(".") : oneOf(LINES, random);
  const dependencies = dependenciesOf(name);
  const bytes = zipByHand(scene, { name, version, factorioVersion: line, dependencies });
  await writeFile(join(server.modsDir, `${name}_${version}.zip`), bytes);
  return `put ${name}_${version}.zip, ${JSON.stringify(dependencies)}, for ${line}`;
}

const putFolder: Edit = async ({ server, scene, random }) => {
  const name = random() < 0.5 ? oneOf([...scene.published.keys()], random) : "unpacked";
  const version = oneOf(["1.0.0", "1.1.0", "3.0.0"], random);
  const folder = join(server.modsDir, random() < 0.5 ? name : `${name}_${version}`);
  await mkdir(folder, { recursive: true });
  const factorio_version = scene.game.split(".").slice(0, 2).join(".");
  const info = { name, version, title: name, author: "admin", factorio_version, dependencies: ["base"] };
  await writeFile(join(folder, "info.json"), JSON.stringify(info));
  return `put folder ${folder.slice(server.modsDir.length + 1)} with ${name} ${version}`;
};

const putJunk: Edit = async ({ server, random }) => {
  const name = oneOf(
    ["notes.txt", "junk_1.0.0.zip", "a_1.0.zip.bak", ".nfs0001", "link_1.0.0.zip", "mod-settings.dat"],
    random,
  );
  const path = join(server.modsDir, name);
  await rm(path, { force: true, recursive: true });
  if (name.startsWith("link")) await symlink(join(server.root, "data/base/info.json"), path);
  else await writeFile(path, `junk ${random()}`);
  return `put ${name}`;
};

async function chooseZip({ server, random }: Admin): Promise<string | undefined> {
  const zips = (await readdir(server.modsDir, { withFileTypes: true })).filter(
    (each) => each.isFile() && each.name.endsWith(".zip"),
  );
  return zips.length === 0 ? undefined : oneOf(zips, random).name;
}

const deleteZip: Edit = async (admin) => {
  const zip = await chooseZip(admin);
  if (zip === undefined) return undefined;
  await unlink(join(admin.server.modsDir, zip));
  return `delete ${zip}`;
};

const damageZip: Edit = async (admin) => {
  const zip = await chooseZip(admin);
  if (zip === undefined) return undefined;
  const path = join(admin.server.modsDir, zip);
  const [, name = "", version = ""] = /^(.*)_([0-9.]+)\.zip$/.exec(zip) ?? [];
  const isMod = admin.random() < 0.5 && name !== "";
  const factorioVersion = admin.scene.game.split(".").slice(0, 2).join(".");
  const other = () => zipByHand(admin.scene, { name, version, factorioVersion, dependencies: ["base"] });
  await writeFile(path, isMod ? other() : `damaged ${admin.random()}`);
  return `${isMod ? "change" : "damage"} ${zip}`;
};

const renameZip: Edit = async (admin) => {
  const zip = await chooseZip(admin);
  if (zip === undefined) return undefined;
  const to = admin.random() < 0.5 ? `${zip}.off` : zip.replace(/_[0-9.]+\.zip$/, "_7.7.7.zip");
  await rename(join(admin.server.modsDir, zip), join(admin.server.modsDir, to));
  return `rename ${zip} to ${to}`;
};

const touch: Edit = async (admin) => {
  const zip = await chooseZip(admin);
  const path = zip === undefined ? join(admin.server.root, "roboport.json") : join(admin.server.modsDir, zip);
  await utimes(path, new Date(1e12), new Date(1e12 + below(1e9, admin.random)));
  return `touch ${path.slice(admin.server.root.length + 1)}`;
};

interface List {
  mods: { name: string; enabled: boolean; version?: string; [field: string]: unknown }[];
  [field: string]: unknown;
}

const editModList: Edit = async (admin) => {
  const { server, random, scene } = admin;
  const path = join(server.modsDir, "mod-list.json");
  const text = await readFile(path, "utf8").catch(() => '{"mods": []}');
  const list = JSON.parse(text) as List;
  const what = oneOf(["toggle", "toggle", "pin", "field", "top", "foreign", "garbage", "delete"] as const, random);
  const entry = list.mods.length > 0 ? oneOf(list.mods, random) : undefined;
  if (what === "toggle" && entry && entry.name !== "base") entry.enabled = !entry.enabled;
  if (what === "pin" && entry) entry.version = oneOf(["1.0.0", "1.1.0", "9.0.0"], random);
  if (what === "field" && entry) entry["x-note"] = { by: "admin", at: random() };
  if (what === "top") list["x-top"] = [random()];
  if (what === "foreign")
    list.mods.push({ name: oneOf(["ghost", ...scene.published.keys()], random), enabled: random() < 0.5 });
  if (what === "garbage") {
    admin.goodModList = text;
    await writeFile(path, oneOf(["", "{", "\0\0\0", '{"mods": 3}'], random));
  } else if (what === "delete") await rm(path, { force: true });
  else await writeFile(path, JSON.stringify(list));
  return `mod-list.json: ${what} ${entry?.name ?? ""}`;
};

const editManifest: Edit = async ({ server, random, scene, comments }) => {
  const path = join(server.root, "roboport.json");
  const text = await readFile(path, "utf8");
  const what = oneOf(
    ["comment", "inner comment", "inner comment", "field", "want", "want", "want off", "drop"] as const,
    random,
  );
  const name = oneOf([...scene.published.keys()], random);
  const line = new RegExp(`^    "${name}": (?:"[^"]*"|\\{[^}]*\\}),?\\n`, "m");
  const entry = (value: string) =>
    text
      .replace(line, "")
      .replace(/"mods": \{\n?/, (head) => `${head.trimEnd()}\n    ${JSON.stringify(name)}: ${value},\n`);
  const comment = `note ${below(1e6, random)}`;
  let edited = text;
  if (what === "comment") edited = text.replace("{", `{ // ${comment}\n`);
  if (what === "inner comment") edited = text.replace(/^    "[^"]+": .*$/m, (entry) => `${entry} // ${comment}`);
  if (what === "field") edited = text.replace("{", `{\n  "x-field": ${below(100, random)},`);
  if (what === "want") edited = entry(JSON.stringify(random() < 0.5 ? "*" : randomBound(random)));
  if (what === "want off") edited = entry('{ "version": "*", "enabled": false }');
  if (what === "drop") edited = text.replace(line, "");
  if (edited.includes(comment)) comments.push(comment);
  await writeFile(path, edited);
  return `roboport.json: ${what} ${name}`;
};

const forget: Edit = async ({ server, random }) => {
  const what = random() < 0.6 ? "roboport.lock" : ".roboport";
  await rm(join(server.root, what), { recursive: true, force: true });
  return `delete ${what}`;
};

const release: Edit = async ({ scene, random }) => {
  const name = oneOf([...scene.published.keys()], random);
  return `publish ${name} ${await publish(scene, name)}`;
};

const withdraw: Edit = async ({ scene, random }) => {
  const [name, versions] = oneOf([...scene.published], random);
  const version = oneOf(versions, random);
  scene.world.withdraw(name, version);
  return `withdraw ${name} ${version}`;
};

const deprecate: Edit = async ({ scene, random }) => {
  const name = oneOf([...scene.published.keys()], random);
  scene.world.mod(name, { deprecated: random() < 0.7 });
  return `deprecate ${name}`;
};

/** Each as often as its number says. */
const EDITS = (
  [
    [putZip, 2],
    [putFolder, 1],
    [putJunk, 1],
    [deleteZip, 2],
    [damageZip, 2],
    [renameZip, 1],
    [touch, 1],
    [editModList, 3],
    [editManifest, 7],
    [forget, 1],
    [release, 3],
    [withdraw, 1],
    [deprecate, 1],
  ] as const
).flatMap(([edit, times]) => Array.from({ length: times }, (): Edit => edit));

/** One thing the admin, or an author, does by hand. */
export async function doSomething(admin: Admin): Promise<string> {
  const repaired = admin.goodModList;
  if (repaired !== undefined && admin.random() < 0.7) {
    admin.goodModList = undefined;
    await writeFile(join(admin.server.modsDir, "mod-list.json"), repaired);
    return "mod-list.json: restore";
  }
  for (;;) {
    const edit = oneOf(EDITS, admin.random);
    if (edit === editModList && admin.goodModList !== undefined) continue;
    const done = await edit(admin);
    if (done !== undefined) return done;
  }
}
