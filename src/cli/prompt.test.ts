import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import { openPrompt, type Prompt } from "./prompt.ts";
import type { World } from "./world.ts";

/** Somebody at a terminal, who types `keys` once asked. */
function openTerminal(keys: string, { isTTY = true } = {}) {
  const stdin = Object.assign(new PassThrough(), { isTTY, setRawMode: () => stdin });
  const stderr = Object.assign(new PassThrough(), { isTTY, columns: 80 });
  let shown = "";
  stderr.on("data", (chunk: Buffer) => {
    if (shown === "") setImmediate(() => stdin.write(keys));
    shown += chunk.toString();
  });
  const world = { stdin, stderr, signal: new AbortController().signal } as unknown as World;
  return { prompt: openPrompt(world, { json: false }), shown: () => shown };
}

const confirm = (prompt: Prompt, yes = false) => prompt.confirm("Carry out?", { yes, unattended: false });

describe("openPrompt", () => {
  it("[CLI-17] asks on stderr and takes the answer", async () => {
    const { prompt, shown } = openTerminal("y");
    expect([prompt.attended, await confirm(prompt)]).toEqual([true, true]);
    expect(shown()).toContain("Carry out?");
    expect(await confirm(openTerminal("n").prompt)).toBe(false);
    expect(await openTerminal("admin\r").prompt.ask("User name")).toBe("admin");
  });

  it("[CLI-17] does not show a secret while it is typed", async () => {
    const { prompt, shown } = openTerminal("hunter2\r");
    expect(await prompt.askSecret("Token")).toBe("hunter2");
    expect(shown()).not.toContain("hunter2");
  });

  it("[CLI-17] does not ask what --yes has answered, nor where nobody is", async () => {
    const { prompt, shown } = openTerminal("n");
    expect(await confirm(prompt, true)).toBe(true);
    const pipe = openTerminal("y", { isTTY: false });
    expect([pipe.prompt.attended, await confirm(pipe.prompt)]).toEqual([false, false]);
    expect(shown() + pipe.shown()).toBe("");
  });

  it("[CLI-16] takes Ctrl-C for an interruption", async () => {
    await expect(confirm(openTerminal("\x03").prompt)).rejects.toMatchObject({ code: "INTERRUPTED" });
  });
});
