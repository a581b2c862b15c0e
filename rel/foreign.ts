import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { join } from "node:path";
import { writeZip } from "../src/store/zip-write.ts";
import { type Random, seededRandom } from "../test/faults/seeded-random.ts";
import { openLab, type Scenario } from "./lab.ts";
import { runCases } from "./run-cases.ts";
import { sha256 } from "./sha256.ts";
import type { Scale, Suite } from "./suite.ts";

const FOLDERS: Readonly<Record<Scale, number>> = { ci: 25, full: 800 };
const STRANGERS = 12;
const COMMANDS = 4;

export const suite: Suite = {
  name: "foreign",
  goal: "What Roboport did not put into the mods folder is the same after any commands, byte for byte, whatever it is",
  run: async (options) => {
    await using lab = await openLab();
    const stage = await lab.open(INSTALLED);
    const random = seededRandom(options.seed);
    const seeds = Array.from({ length: FOLDERS[options.scale] }, () => Math.floor(random() * 2 ** 31));
    const figures = { folders: seeds.length, strangers: 0, commands: 0 };
    const tally = await runCases(seeds, options, async (seed) => {
      await stage.reset();
      const chance = seededRandom(seed);
      const { root, modsDir } = stage.server;
      await using planted = await plant(modsDir, chance);
      const before = planted.looks;
      figures.strangers += before.size;
      const said: string[] = [];
      for (let count = 0; count < COMMANDS; count++) {
        const argv = oneOf(ANY_COMMAND, chance);
        const { exitCode, stderr } = await stage.server.run(argv);
        said.push(`${argv.join(" ")} -> ${exitCode}`);
        figures.commands++;
        if (exitCode === 1) throw new Error(`${said.join("; ")}: ${stderr}`);
      }
      requireSame(before, look(modsDir, before.keys()), said);
      if (existsSync(join(root, ".roboport/stage"))) throw new Error(`A stage is left after ${said.join("; ")}`);
    });
    return { ...tally, figures, skipped: [] };
  },
};

const INSTALLED: Scenario = {
  name: "installed",
  before: [["init"], ["add", "settled@1.0.0"], ["add", "wanted", "other"]],
  argv: ["list"],
};

const ANY_COMMAND: readonly (readonly string[])[] = [
  ["install"],
  ["update"],
  ["add", "other"],
  ["add", "settled@1.1.0"],
  ["remove", "wanted"],
  ["remove", "settled"],
  ["disable", "other"],
  ["enable", "other"],
  ["rollback"],
  ["verify", "--repair"],
];

/** Names that look like ours, like nobody's, and like no text at all. */
const NAMES: readonly Buffer[] = [
  "settled_x_1.0.0.zip",
  "settled_1.0.zip",
  "settled_01.0.0.zip",
  "settled_1.0.0.zip.bak",
  "settled_9.9.9.zip",
  "other_1.0.0 (1).zip",
  "wante_1.0.0.zip",
  "wanted_1.0.0",
  "Helper_1.0.0.zip",
  "helper_1.0.0.zip~",
  "helper",
  ".nfs000000000001",
  ".hidden_1.0.0.zip",
  "notes.txt",
  "mod-settings.dat",
  "mod-list.json.tmp",
  "新_1.0.0.zip",
  "a b_1.0.0.zip",
  "x_1.0.0.zip",
]
  .map((name) => Buffer.from(name))
  .concat([Buffer.from([0x78, 0xff, 0xfe]), Buffer.from([0xff, ...Buffer.from("_1.0.0.zip")])]);

/** Everything that may lie in a folder, and how it is made; a socket lies there while somebody listens. */
const MAKERS: readonly ((path: Buffer, random: Random) => Promise<Server> | void)[] = [
  (path, random) => writeFileSync(path, Buffer.from(`noise ${random()}`)),
  (path) => writeFileSync(path, ""),
  (path) => writeFileSync(path, someZip("stranger")),
  (path) => writeFileSync(path, someZip("settled")),
  (path) => {
    mkdirSync(path);
    writeFileSync(Buffer.concat([path, Buffer.from("/info.json")]), '{"name":"helper","version":"1.0.0"}');
  },
  (path) => mkdirSync(path),
  (path) => symlinkSync("/nowhere/at/all", path),
  (path) => symlinkSync("mod-list.json", path),
  (path, random) => {
    writeFileSync(path, `closed ${random()}`);
    chmodSync(path, 0o000);
  },
  (path) => void execFileSync("mkfifo", [path.toString()]),
  ...(process.geteuid?.() === 0
    ? [(path: Buffer) => void execFileSync("mknod", [path.toString(), "c", "1", "3"])]
    : []),
  async (path) => {
    const server = createServer().listen(path.toString());
    await once(server, "listening");
    return server;
  },
];

/** Those that are given a path as text. */
const TEXT_MAKERS = 3;

function someZip(name: string): Uint8Array {
  const info = {
    name,
    version: "9.9.9",
    title: name,
    author: "admin",
    factorio_version: "2.0",
    dependencies: ["base"],
  };
  return writeZip([{ path: `${name}_9.9.9/info.json`, bytes: Buffer.from(JSON.stringify(info)) }]);
}

type Looks = ReadonlyMap<string, string>;

interface Planted extends AsyncDisposable {
  readonly looks: Looks;
}

/** Put strangers into a folder. */
async function plant(modsDir: string, random: Random): Promise<Planted> {
  const servers: Server[] = [];
  const names = new Set<string>();
  for (let count = 0; count < STRANGERS; count++) {
    const name = oneOf(NAMES, random);
    const path = Buffer.concat([Buffer.from(`${modsDir}/`), name]);
    if (names.has(name.toString("latin1"))) continue;
    const makers = name.includes(0xff) ? MAKERS.slice(0, -TEXT_MAKERS) : MAKERS;
    const server = await oneOf(makers, random)(path, random);
    if (server) servers.push(server);
    names.add(name.toString("latin1"));
  }
  return {
    looks: look(modsDir, names),
    [Symbol.asyncDispose]: async () => {
      for (const server of servers) await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** What each of them is, by its name as bytes. */
function look(modsDir: string, names: Iterable<string>): Looks {
  return new Map([...names].map((name) => [name, lookAt(Buffer.from(`${modsDir}/${name}`, "latin1"))]));
}

function lookAt(path: Buffer): string {
  if (!isThere(path)) return "gone";
  const status = lstatSync(path);
  const about = `${status.mode} ${status.uid} ${status.mtimeMs}`;
  if (status.isFile()) return `${about} ${sha256(readFileSync(path))}`;
  if (status.isSymbolicLink()) return `${about} ${readlinkSync(path)}`;
  if (!status.isDirectory()) return about;
  const inside = readdirSync(path, { encoding: "buffer" }).sort(Buffer.compare);
  return `${about} ${inside.map((name) => lookAt(Buffer.concat([path, Buffer.from("/"), name]))).join()}`;
}

function isThere(path: Buffer): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
}

function requireSame(before: Looks, after: Looks, said: readonly string[]): void {
  const changed = [...before].filter(([name, look]) => after.get(name) !== look).map(([name]) => name);
  if (changed.length > 0) throw new Error(`Not the same after ${said.join("; ")}: ${changed.join(", ")}`);
}

function oneOf<T>(choices: readonly T[], random: Random): T {
  return choices[Math.floor(random() * choices.length)] as T;
}
