/**
 * The main job from beginning to end, through the real command line, against a portal on this machine.
 *
 * Everything happens in `.demo/`, which stays for looking around and is made anew by the next run.
 */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const ROBOPORT = join(ROOT, "dist", "cli", "roboport.cjs");
const DEMO = join(ROOT, ".demo");
const SERVER = join(DEMO, "factorio");
const GAME = "2.0.60";

/** What ships with that game: the name of each folder in `data/` and what it needs. */
const BUILT_INS = {
  base: [],
  "elevated-rails": ["base >= 2.0.0"],
  quality: ["base >= 2.0.0"],
  "space-age": ["base >= 2.0.0", "elevated-rails >= 2.0.0", "quality >= 2.0.0"],
};

/** What is shown, in order: why, the command, and the exit code it ends with when that is not 0. */
const STEPS = [
  {
    title: "Adopt the server",
    says: "roboport looks for the game, its version and its mods folder, and writes roboport.json. Nothing else changes.",
    command: ["init"],
  },
  { title: "Find a mod", says: "The portal searches titles, names and summaries.", command: ["search", "tidewater"] },
  {
    title: "Choose three mods, as of last spring",
    says: "They bring what they need. --at leaves out what was published later; --no-apply only decides and writes the lockfile.",
    command: ["add", "tidewater-harbor", "kitchen-automation", "market-stalls", "--at", "2026-04-15", "--no-apply"],
  },
  { title: "See what would happen", says: "Nothing is in the mods folder yet.", command: ["plan"] },
  {
    title: "Make it so",
    says: "Downloads are verified first; then the mods folder changes in one step.",
    command: ["install", "--yes"],
    shows: "factorio/mods",
  },
  { title: "Look at the result", says: "Who brought whom.", command: ["list", "--tree"] },
  { title: "Ask why a mod is there", says: "Nobody asked for lantern-ui by name.", command: ["why", "lantern-ui"] },
  { title: "See what is newer today", says: "Time has passed since last spring.", command: ["outdated"] },
  {
    title: "Update",
    says: "The newest releases that fit together and run on this game.",
    command: ["update", "--yes"],
  },
  {
    title: "Remove a mod",
    says: "What only it needed goes with it.",
    command: ["remove", "market-stalls", "--yes"],
    shows: "factorio/mods",
  },
  {
    title: "Change your mind",
    says: "Every applied set is kept; this one comes back without a download.",
    command: ["rollback", "--yes"],
    shows: "factorio/mods",
  },
  {
    title: "Ask for what cannot be",
    says: "Rustic Windmills is still waiting for an older Tidewater Core. Roboport says who collides, and changes nothing.",
    command: ["add", "rustic-windmills", "tidewater-harbor@>=1.4", "--yes"],
    exit: 3,
  },
];

rmSync(DEMO, { recursive: true, force: true });
writeServer();
const portal = await startPortal();
const environment = {
  ...withoutOwn(process.env),
  HOME: join(DEMO, "home"),
  ROBOPORT_CACHE_DIR: join(DEMO, "cache"),
  ROBOPORT_PORTAL: portal.url,
  NO_COLOR: "1",
};
try {
  console.log(`A portal with a dozen invented mods listens on ${portal.url}.`);
  console.log(`A scratch Factorio ${GAME} server lies in ${SERVER}.`);
  STEPS.forEach(runStep);
} finally {
  portal.stop();
}
console.log(
  "\nOn a real server, in the folder that holds bin/, data/ and mods/, with FACTORIO_USERNAME and FACTORIO_TOKEN set",
);
console.log(
  "(from https://factorio.com/profile): roboport init, then roboport add NAME, then roboport update when you like.",
);

/** A headless server as far as roboport looks: the game's own mods say its version. */
function writeServer() {
  for (const [name, dependencies] of Object.entries(BUILT_INS)) {
    const folder = join(SERVER, "data", name);
    mkdirSync(folder, { recursive: true });
    const info = { name, version: GAME, title: name, author: "Demo", factorio_version: "2.0", dependencies };
    writeFileSync(join(folder, "info.json"), `${JSON.stringify(info, null, 2)}\n`);
  }
  mkdirSync(join(SERVER, "mods"));
  mkdirSync(join(DEMO, "home"));
}

async function startPortal() {
  const args = [ROBOPORT, "serve", "--world", join(ROOT, "examples", "world", "world.json"), "--port", "0", "--quiet"];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  const url = await Promise.race([
    once(lines, "line").then(([line]) => line),
    once(child, "exit").then(([code]) => {
      throw new Error(`The portal ended with exit code ${code} before it listened`);
    }),
  ]);
  return { url, stop: () => child.kill() };
}

/** The demo's answers must not depend on what is set up on this machine. */
function withoutOwn(env) {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !/^(?:ROBOPORT|FACTORIO|XDG)_/.test(name)));
}

function runStep({ title, says, command, exit = 0, shows }, index) {
  const heading = `── ${index + 1}. ${title} `;
  console.log(`\n${heading.padEnd(80, "─")}`);
  console.log(`${says}\n\n$ roboport ${command.map(quoted).join(" ")}`);
  const { status } = spawnSync(process.execPath, [ROBOPORT, ...command], {
    cwd: SERVER,
    env: environment,
    stdio: ["ignore", 1, 1],
  });
  if (status !== exit) throw new Error(`roboport ${command[0]} ended with exit code ${status}, not ${exit}`);
  if (exit !== 0) console.log(`(exit code ${exit})`);
  if (shows) console.log(`\n$ ls ${shows}\n${readdirSync(join(DEMO, shows)).join("\n")}`);
}

function quoted(word) {
  return /^[\w@.,:/-]+$/.test(word) ? word : `'${word}'`;
}
