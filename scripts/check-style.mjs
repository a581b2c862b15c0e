/** House rules no linter knows: who may change a disk, what files may be called, what must not be left in them. */
import { isTest, listFiles, listSources, readSource, runCheck } from "./source-tree.mjs";

/** Every change to a disk goes through the one seam at which tests make it fail; writing to a stream is none. */
const DISK = "src/store/file-system.ts";
const STREAM_WRITERS = { "src/cli/roboport.ts": ["writeSync"] };
const FS_IMPORT = /^import (?:(\* as \w+|\w+)|\{([^}]*)\}) from "(?:node:)?fs(?:\/promises)?";/gm;
const CHANGES =
  /^(?:write|append|create|truncate|ftruncate|rename|unlink|rm|mkdir|mkdtemp|copy|cp|link|symlink|chmod|fchmod|lchmod|chown|fchown|lchown|utimes|futimes|promises$)/;

/** A small generic thing lives beside its only user, under a name that says what it is. */
const VAGUE_NAME = /(^|[/.-])(utils?|helpers?|common|misc|shared)([/.-])/;
const UNFINISHED = new RegExp(`\\b(?:${["TO" + "DO", "FIX" + "ME", "HA" + "CK", "XX" + "X"].join("|")})\\b`);
const SWITCHED_OFF = /\b(?:it|test|describe)\.(?:only|todo)\b/;
const SUPPRESSED = /\/[/*] (?:@ts-(?:ignore|nocheck)|(?:ox|es)lint-disable(?!.* -- ))/;

await runCheck((root) => {
  const files = listFiles(root, ["src", "test", "scripts", "bench", "rel", "examples"], [".ts", ".mjs"]);
  return [
    ...listSources(root).flatMap((path) => findWrites(root, path)),
    ...files.flatMap((path) => findLeftovers(root, path)),
  ];
});

function findWrites(root, path) {
  if (path === DISK) return [];
  const allowed = STREAM_WRITERS[path] ?? [];
  return namesFromFs(readSource(root, path))
    .filter((name) => name.startsWith("*") || (CHANGES.test(name) && !allowed.includes(name)))
    .map((name) => `${path}: takes ${name} from node:fs; only ${DISK} may change a disk`);
}

/** `* as fs` for the whole module, else the names as node:fs has them, types left out. */
function namesFromFs(text) {
  return [...text.matchAll(FS_IMPORT)].flatMap(([, whole, list]) =>
    whole === undefined ? list.split(",").map((each) => each.trim().split(" as ")[0]) : [`* (${whole})`],
  );
}

function findLeftovers(root, path) {
  const faults = VAGUE_NAME.test(path) ? [`${path}: name it after the noun it holds`] : [];
  readSource(root, path)
    .split("\n")
    .forEach((line, index) => {
      const where = `${path}:${index + 1}`;
      if (UNFINISHED.test(line)) faults.push(`${where}: unfinished`);
      if (isTest(path) && SWITCHED_OFF.test(line)) faults.push(`${where}: a test is switched off or hides the others`);
      if (SUPPRESSED.test(line)) faults.push(`${where}: a check is silenced without " -- reason"`);
    });
  return faults;
}
