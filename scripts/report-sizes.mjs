/** Sizes of the source: a table per folder. A file past 600 lines must say why in a comment at its head. */
import { listSources, readSource, runCheck } from "./source-tree.mjs";

const LINES_MAX = 600;

await runCheck((root) => {
  const files = listSources(root).map((path) => {
    const text = readSource(root, path);
    return { path, lines: text.split("\n").length - 1, explained: /^\s*\/[/*]/.test(text) };
  });
  printTable(files);
  const silent = files.filter(({ lines, explained }) => lines > LINES_MAX && !explained);
  return silent.map(({ path, lines }) => `${path}: ${lines} lines; split it by noun, or say why at its head`);
});

function printTable(files) {
  const folders = groupBy(files, folderOf);
  console.log("folder          files   lines  median     p90     max");
  for (const [folder, each] of [...folders, ["all", files]]) {
    const lines = each.map((file) => file.lines).sort((a, b) => a - b);
    const at = (share) => lines[Math.min(lines.length - 1, Math.floor(lines.length * share))] ?? 0;
    const numbers = [lines.length, lines.reduce((sum, count) => sum + count, 0), at(0.5), at(0.9), at(1)];
    console.log(folder.padEnd(12) + numbers.map((number) => String(number).padStart(8)).join(""));
  }
}

function folderOf({ path }) {
  return path.split("/").length > 2 ? path.split("/")[1] : ".";
}

function groupBy(items, keyOf) {
  const groups = new Map();
  for (const item of items) groups.set(keyOf(item), [...(groups.get(keyOf(item)) ?? []), item]);
  return groups;
}
