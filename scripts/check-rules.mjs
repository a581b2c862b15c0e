/** Every rule of spec/ has a test of its name, and every rule a test or docstring names exists. */
import { isTest, listFiles, readSource, runCheck } from "./source-tree.mjs";

const RULE = /^- \*\*([A-Z]+-\d+)\*\* .+\. \((?:.+; (?:documented|observed|assumed)|(?:.+; )?ours)(?:, .+)?\)$/;
const LOOKS_LIKE_RULE = /^\s*[-*]\s*\*\*[A-Z]+-\d+/;
const TEST_NAME = /["'`]((?:\[[A-Z]+-\d+\] ?)+)/g;
const CITATION = /\brules? ((?:[A-Z]+-\d+(?:, | and | to )?)+)/g;

await runCheck((root) => {
  const { rules, faults } = readRules(root);
  const files = listFiles(root, ["src", "test"], [".ts"]);
  const tested = new Set();
  for (const path of files) {
    const text = readSource(root, path);
    for (const id of idsIn(text, TEST_NAME)) {
      tested.add(id);
      if (!rules.has(id)) faults.push(`${path}: tests ${id}, which no file of spec/ states`);
    }
    if (isTest(path)) continue;
    for (const id of idsIn(text, CITATION))
      if (!rules.has(id)) faults.push(`${path}: cites ${id}, which no file of spec/ states`);
  }
  for (const [id, where] of rules) if (!tested.has(id)) faults.push(`${where}: ${id} has no test named "[${id}] …"`);
  return faults;
});

function readRules(root) {
  const rules = new Map();
  const faults = [];
  for (const path of listFiles(root, ["spec"], [".md"]).filter((each) => each !== "spec/README.md")) {
    readSource(root, path)
      .split("\n")
      .forEach((line, index) => {
        if (!LOOKS_LIKE_RULE.test(line)) return;
        const where = `${path}:${index + 1}`;
        const id = RULE.exec(line)?.[1];
        if (!id) faults.push(`${where}: write it as "- **AREA-1** One sentence. (source; certainty)"`);
        else if (rules.has(id)) faults.push(`${where}: ${id} is taken by ${rules.get(id)}`);
        else rules.set(id, where);
      });
  }
  return { rules, faults };
}

function idsIn(text, pattern) {
  return new Set([...text.matchAll(pattern)].flatMap((match) => match[1].match(/[A-Z]+-\d+/g)));
}
