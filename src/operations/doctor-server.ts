import { lstat, readdir } from "node:fs/promises";
import { join } from "node:path";
import { findModFileName } from "../game/mod-name.ts";
import { isServerRunning } from "../installation/running.ts";
import { findMount, isContainer } from "../installation/mount.ts";
import { kindOf } from "../installation/text-file.ts";
import { unlessErrno } from "../store/file-system.ts";
import { type CheckResult, type Examination, listNames, ok, warning } from "./doctor-check.ts";
import type { DoctorScene } from "./doctor-scene.ts";
import { findManifest } from "./files.ts";

/** Checks of the game and of how its folders lie. */
export function serverExaminations(scene: DoctorScene): readonly Examination[] {
  const { root, layout } = scene.installation;
  return [
    { area: "server", name: "installation", look: () => ok(`${root}, laid out as ${LAYOUTS[layout]}`) },
    { area: "server", name: "game-version", look: () => checkGame(scene) },
    { area: "server", name: "layout", look: () => checkLayout(scene) },
    { area: "server", name: "container", look: () => checkContainer(scene) },
    { area: "server", name: "running", look: () => checkRunning(scene) },
  ];
}

const LAYOUTS = {
  standalone: "the tarball",
  volume: "a container's volume",
  home: "a home folder",
  "mods-only": "a mods folder without a game",
} as const;

async function checkGame({ session, installation }: DoctorScene): Promise<CheckResult> {
  const { version } = await session.game();
  const written = (await findManifest(installation.root))?.manifest.factorio;
  const installed = installation.game?.text;
  if (installed === undefined) return ok(`Factorio ${version.text}, as roboport.json or the command line says`);
  if (written === undefined || written === installed) return ok(`Factorio ${installed}, as its data says`);
  return warning(
    `Factorio ${installed} is installed, and roboport.json says ${written}`,
    `Write "factorio": "${installed}" into roboport.json, or take the line out: the installed game counts.`,
  );
}

/** A volume that is mounted one folder too high or too low, and zips that were put beside the mods folder. */
async function checkLayout({ installation }: DoctorScene): Promise<CheckResult> {
  const { root, modsDir } = installation;
  const inner = ["factorio/mods", "mods/mods"].map((path) => join(root, path));
  for (const path of inner) {
    if (path === modsDir || (await kindOf(path)) !== "folder") continue;
    return warning(
      `There is another mods folder in ${path}, and the game loads only ${modsDir}`,
      "Mount the folder that holds config/, mods/ and saves/ itself, and move what lies too deep.",
    );
  }
  const strays = ((await unlessErrno(["ENOENT"], readdir(root))) ?? []).filter((name) => findModFileName(name));
  if (strays.length === 0) return ok(`mods are in ${modsDir}`);
  return warning(
    `${listNames(strays)} ${strays.length === 1 ? "lies" : "lie"} beside the mods folder, where the game looks for none`,
    `Move the zips from ${root} into ${modsDir}, or away.`,
  );
}

async function checkContainer({ installation, request }: DoctorScene): Promise<CheckResult | undefined> {
  if (!(await isContainer(request.systemRoot))) return undefined;
  const mount = await findMount(installation.modsDir);
  if (mount && mount.point !== "/" && mount.type !== "overlay")
    return ok(`the mods folder is on the volume ${mount.point}`);
  return warning(
    `${installation.modsDir} is part of this container, and goes with it`,
    "Mount a volume that holds config/, mods/ and saves/, such as -v /srv/factorio:/factorio.",
  );
}

async function checkRunning({ installation }: DoctorScene): Promise<CheckResult> {
  const { running, because } = await isServerRunning(installation);
  if (running) {
    return warning(
      `a server is running: ${because}`,
      "Stop it before mods are changed, or prepare a change for its next start with --stage.",
    );
  }
  const lock = join(installation.writeDir, ".lock");
  const isLeft = (await unlessErrno(["ENOENT", "ENOTDIR", "EACCES"], lstat(lock))) !== undefined;
  return ok(
    isLeft
      ? `no server is running: ${because}; ${lock} was left behind and means nothing`
      : `no server is running: ${because}`,
  );
}
