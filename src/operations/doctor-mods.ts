import { RoboportError } from "../errors.ts";
import { findCaseFolding, findMount } from "../installation/mount.ts";
import { findAccess, planAccess } from "../installation/permissions.ts";
import { kindOf } from "../installation/text-file.ts";
import { isChangeLeft } from "./alone.ts";
import { auditModsFolder } from "./audit.ts";
import { type CheckResult, count, type Examination, listNames, ok, warning, wrong } from "./doctor-check.ts";
import type { DoctorScene } from "./doctor-scene.ts";

/** Checks of the mods folder: may it be used, and what would a game make of it. */
export function modsExaminations(scene: DoctorScene): readonly Examination[] {
  return [
    { area: "mods", name: "mods-folder", look: () => checkFolder(scene) },
    { area: "mods", name: "ownership", look: () => checkOwnership(scene) },
    { area: "mods", name: "file-system", look: () => checkFileSystem(scene) },
    { area: "mods", name: "mod-list", look: () => checkModList(scene) },
    { area: "mods", name: "special-files", look: () => checkSpecialFiles(scene) },
    { area: "mods", name: "foreign-files", look: () => checkForeignFiles(scene) },
    { area: "mods", name: "duplicates", look: () => checkDuplicates(scene) },
    { area: "mods", name: "unpacked-mods", look: () => checkUnpacked(scene) },
    { area: "mods", name: "loads", look: () => checkLoads(scene) },
    { area: "mods", name: "space-age", look: () => checkSpaceAge(scene) },
  ];
}

async function checkFolder({ installation }: DoctorScene): Promise<CheckResult> {
  const { modsDir } = installation;
  if ((await kindOf(modsDir)) !== "folder") {
    return warning(`there is no ${modsDir} yet`, "Start the game once, or add a mod: either makes the folder.");
  }
  const refusal = (await findAccess(modsDir))?.refusal;
  if (refusal) throw new RoboportError(refusal.code, refusal.message, { hint: refusal.hint });
  return ok(`${modsDir} can be written`);
}

async function checkOwnership({ installation, request }: DoctorScene): Promise<CheckResult | undefined> {
  const look = await findAccess(installation.modsDir);
  if (!look) return undefined;
  const { owner, strays, hint } = planAccess({ ...look, refusal: undefined });
  const names = strays.map((path) => path.slice(installation.modsDir.length + 1));
  if (hint !== undefined) {
    return wrong("PERMISSION", `user ${owner.uid}, whom the folder belongs to, cannot use ${listNames(names)}`, hint);
  }
  const { PUID = owner.uid, PGID = owner.gid } = request.environment;
  if (Number(PUID) === owner.uid && Number(PGID) === owner.gid) return ok(`all is user ${owner.uid}'s to use`);
  return warning(
    `the folder belongs to ${owner.uid}:${owner.gid}, and PUID and PGID say ${PUID}:${PGID}`,
    `Set PUID=${owner.uid} and PGID=${owner.gid}, or give the folder to ${PUID}:${PGID}.`,
  );
}

const VOLATILE = ["tmpfs", "ramfs"];
const OVER_A_NETWORK = /^(?:nfs\d?|cifs|smb3?|9p|fuse\.sshfs|ceph|glusterfs)$/;

async function checkFileSystem({ installation }: DoctorScene): Promise<CheckResult | undefined> {
  const { modsDir } = installation;
  if ((await kindOf(modsDir)) !== "folder") return undefined;
  const type = (await findMount(modsDir))?.type ?? "of a kind that this system does not tell";
  if (VOLATILE.includes(type)) {
    return warning(`${modsDir} is in memory (${type}), and is gone after a restart`, "Keep the mods folder on a disk.");
  }
  if (await findCaseFolding(modsDir)) {
    return warning(
      `${modsDir} takes names that differ by case alone for one (${type})`,
      "Keep no two mods whose names differ by case alone, or move the folder to a disk of its own.",
    );
  }
  if (OVER_A_NETWORK.test(type)) {
    return warning(
      `${modsDir} is on another machine (${type}): what runs there cannot be seen from here`,
      "Make sure that no other machine runs a server or Roboport on this folder.",
    );
  }
  return ok(type);
}

async function checkModList({ modList }: DoctorScene): Promise<CheckResult> {
  const list = await modList();
  if (!list) return ok("there is no mod-list.json: every mod in the folder is on");
  const off = list.mods.filter(({ enabled }) => !enabled);
  return ok(`it names ${count(list.mods.length, "mod")}, ${off.length} switched off`);
}

const SPECIAL = /^it is a (?:symbolic link|pipe|socket|device)$/;

async function checkSpecialFiles({ folder }: DoctorScene): Promise<CheckResult> {
  const special = (await folder()).foreign.filter(({ reason }) => SPECIAL.test(reason));
  if (special.length === 0) return ok("only files and folders");
  return warning(
    `${listNames(special.map(({ file, reason }) => `${file} (${reason.slice("it is ".length)})`))} in the mods folder`,
    "Replace links by the files they stand for, and move everything else away: Roboport never opens them.",
  );
}

async function checkForeignFiles({ folder }: DoctorScene): Promise<CheckResult> {
  const foreign = (await folder()).foreign.filter(({ reason }) => !SPECIAL.test(reason));
  if (foreign.length === 0) return ok("every file is a mod");
  return warning(
    `the game skips ${listNames(foreign.map(({ file, reason }) => `${file} (${reason.replace(/^Cannot [^:]*: /, "")})`))}`,
    "Replace them by proper copies, or move them away; Roboport leaves them alone.",
  );
}

async function checkDuplicates({ effective }: DoctorScene): Promise<CheckResult> {
  const { shadowed, brokenPins } = await effective();
  if (brokenPins.length > 0) {
    const pins = brokenPins.map(({ name, version }) => `${name} ${version}`);
    return warning(
      `mod-list.json wants ${listNames(pins)}, and the folder has only others`,
      "Install those versions, or take the version out of mod-list.json.",
    );
  }
  if (shadowed.length === 0) return ok("one version of each mod");
  return warning(
    `never loaded, because another version or a folder of the same mod is: ${listNames(shadowed.map(({ file }) => file))}`,
    "Move away the versions that are not wanted.",
  );
}

async function checkUnpacked({ effective }: DoctorScene): Promise<CheckResult> {
  const { enabled, disabled } = await effective();
  const folders = [...enabled, ...disabled].filter(({ form }) => form === "folder").map(({ file }) => file);
  if (folders.length === 0) return ok("every mod is a zip");
  return warning(
    `${listNames(folders)} ${folders.length === 1 ? "is a folder, which loads" : "are folders, which load"} before a zip of the same version`,
    "Use zips on a server, whose bytes can be proved; Roboport leaves unpacked mods to you.",
  );
}

/** Looking as the game does would first mend an interrupted change, which has its own check. */
async function checkLoads({ session }: DoctorScene): Promise<CheckResult | undefined> {
  if (await isChangeLeft(session)) return undefined;
  const { factorio, findings } = await auditModsFolder(session);
  const errors = findings.filter(({ severity }) => severity === "error");
  if (errors.length === 0) return ok(`Factorio ${factorio} loads these mods`);
  return wrong(
    "AUDIT_FAILED",
    `Factorio ${factorio} does not load these mods: ${errors[0]?.text.replace(/\.$/, "") ?? ""}`,
    'Run "roboport audit" to see everything, and "roboport update" to find a set that fits.',
  );
}

const OF_THE_EXPANSION = new Set(["space-age", "quality", "elevated-rails", "recycler"]);

async function checkSpaceAge({ effective }: DoctorScene): Promise<CheckResult> {
  const on = (await effective()).builtIns.map(({ name }) => name).filter((name) => OF_THE_EXPANSION.has(name));
  if (on.length === 0) return ok("players need the game alone");
  return ok(`players need the Space Age expansion: ${on.join(", ")} ${on.length === 1 ? "is" : "are"} on`);
}
