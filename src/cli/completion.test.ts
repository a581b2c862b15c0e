import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { COMPLETION_SHELLS, completionScript } from "./completion.ts";

const hasBash = spawnSync("bash", ["--version"]).status === 0;

/** What bash offers when the program answers `answers`, and what the program was asked. */
function completeInBash(words: readonly string[], answers: readonly string[]) {
  const script = `
    roboport() { printf '<%s>' "$@" >&3; printf '%s\\n' "\${ANSWERS[@]}"; }
    ${completionScript("bash")}
    ANSWERS=(${answers.map((answer) => `$'${answer}'`).join(" ")})
    COMP_WORDS=(roboport "$@") COMP_CWORD=$#
    _roboport roboport 3>&2
    printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout, stderr } = spawnSync("bash", ["-c", script, "bash", ...words], { encoding: "utf8" });
  return { offered: stdout.trimEnd().split("\n"), asked: stderr };
}

describe("completion scripts", () => {
  it.each(COMPLETION_SHELLS)("[CLI-26] %s asks roboport itself, quietly", (shell) => {
    const script = completionScript(shell);
    expect(script).toContain("__complete");
    expect(script).toContain("2>/dev/null");
    expect(script).not.toContain("\\{");
  });

  it.skipIf(!hasBash)("[CLI-26] bash passes the words so far and quotes names with spaces", () => {
    expect(completeInBash(["remove", "Big\\ B"], ["Big Brother\\tA mod", "Big $HOME\\tAnother"])).toEqual({
      offered: ["Big\\ Brother", "Big\\ \\$HOME"],
      asked: "<__complete><remove><Big B>",
    });
  });

  it.skipIf(!hasBash)("[CLI-26] bash passes an empty word at the end", () => {
    expect(completeInBash(["remove", ""], ["flib\\tA mod"])).toEqual({
      offered: ["flib"],
      asked: "<__complete><remove><>",
    });
  });
});
