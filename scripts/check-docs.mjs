/** What a subpath exports has a docstring; what a text links to or names as a path exists. */
import { existsSync, readdirSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { listFiles, listSources, readSource, runCheck } from "./source-tree.mjs";

const REEXPORT = /^export (?:type )?\{([^}]*)\} from "([^"]+)";/gm;
const STAR = /^export \* /m;
const CODE_THROWN = /new RoboportError\(\s*"([A-Z_]+)"/g;
const LINK = /\[[^\]]*\]\(([^)\s]+)\)/g;
const PATH_IN_TEXT = /`((?:src|scripts|spec|docs|test|bench|rel|examples)\/[\w./-]*)`/g;

await runCheck((root) => {
  const entries = listSources(root).filter((path) => /^src\/([a-z]+\/)?index\.ts$/.test(path));
  return [
    ...entries.flatMap((entry) => checkEntry(root, entry)),
    ...listTexts(root).flatMap((text) => checkText(root, text)),
  ];
});

function checkEntry(root, entry) {
  const text = readSource(root, entry);
  const faults = STAR.test(text) ? [`${entry}: name each export; export * hides what is promised`] : [];
  for (const { name, target } of reexportsOf(entry, text)) faults.push(...checkExport(root, target, name));
  return [...new Set(faults)];
}

function* reexportsOf(path, text) {
  for (const [, list, from] of text.matchAll(REEXPORT)) {
    const target = posix.join(dirname(path), from);
    for (const item of list.split(",").map((each) => each.trim().replace(/^type /, ""))) {
      if (item !== "") yield { name: item.split(" as ")[0], as: item.split(" as ").at(-1), target };
    }
  }
}

function checkExport(root, path, name) {
  if (!existsSync(join(root, path))) return [`${path}: does not exist, though an index exports ${name} from it`];
  const text = readSource(root, path);
  const further = [...reexportsOf(path, text)].find(({ as }) => as === name);
  if (further) return checkExport(root, further.target, further.name);
  const declaration = new RegExp(
    `^export (?:declare |abstract |async )*(?:function\\*?|const|class|interface|type) ${escapeName(name)}\\b`,
    "m",
  ).exec(text);
  if (!declaration) return [`${path}: does not declare ${name}`];
  const docstring = docstringBefore(text, declaration.index);
  if (docstring === undefined) return [`${path}: ${name} is public and has no docstring`];
  const body = bodyFrom(text, declaration);
  return [...body.matchAll(CODE_THROWN)]
    .filter(([, code]) => !docstring.includes(code))
    .map(([, code]) => `${path}: ${name} throws ${code}, which its docstring does not say`);
}

function escapeName(name) {
  return name.replaceAll("$", "\\$");
}

function docstringBefore(text, index) {
  const before = text.slice(0, index).trimEnd();
  return before.endsWith("*/") ? before.slice(before.lastIndexOf("/**")) : undefined;
}

/** A function's or class's text up to the brace that closes it in the first column; nothing for the rest. */
function bodyFrom(text, declaration) {
  if (!/(?:function\*?|class) /.test(declaration[0])) return "";
  const end = text.indexOf("\n}", declaration.index);
  return text.slice(declaration.index, end < 0 ? undefined : end);
}

function listTexts(root) {
  const atTop = readdirSync(root).filter((name) => name.endsWith(".md"));
  return [...atTop, ...listFiles(root, ["docs", "spec", "examples", "bench"], [".md"])];
}

function checkText(root, path) {
  const text = readSource(root, path);
  const faults = [];
  for (const [, target] of text.matchAll(LINK))
    if (!isReachable(root, path, target)) faults.push(`${path}: leads nowhere: ${target}`);
  for (const [, named] of text.matchAll(PATH_IN_TEXT)) {
    if (!existsSync(join(root, named))) faults.push(`${path}: names ${named}, which does not exist`);
  }
  return faults;
}

function isReachable(root, from, target) {
  if (/^[a-z]+:/.test(target)) return true;
  const [file, anchor] = target.split("#");
  const path = file === "" ? from : posix.join(dirname(from), decodeURI(file));
  if (!existsSync(join(root, path))) return false;
  return anchor === undefined || !path.endsWith(".md") || anchorsOf(readSource(root, path)).includes(anchor);
}

/** Headings as GitHub turns them into anchors. */
function anchorsOf(text) {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(/\s/g, "-"),
  );
}
