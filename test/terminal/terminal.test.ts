import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Ran, TestServer } from "../cli/harness.ts";
import { HOSTILE_COMMANDS, LOCAL_COMMANDS, PORTAL_COMMANDS } from "./commands.ts";
import { type HostilePortal, startHostilePortal } from "./hostile-portal.ts";
import { createHostileServer, HOSTILE_FILES } from "./hostile-server.ts";
import { findForgedLines, findRawCodes } from "./hostile-words.ts";

let portal: HostilePortal;
let server: TestServer;
beforeAll(async () => {
  portal = await startHostilePortal();
  server = await createHostileServer(portal.url);
});
afterAll(async () => {
  await portal.close();
  await server[Symbol.asyncDispose]();
});

const FORMS = [
  ["a pipe", [], undefined],
  ["a terminal", [], 100],
  ["--json", ["--json"], undefined],
] as const;

function expectHarmless({ stdout, stderr }: Ran, isTerminal: boolean): void {
  const output = stdout + stderr;
  expect(findRawCodes(output, { isTerminal }), output).toEqual([]);
  expect(findForgedLines(output), output).toEqual([]);
}

describe.each(FORMS)("words of strangers, to %s", (_form, flags, terminal) => {
  const run = (argv: readonly string[]) =>
    server.run([...argv, ...flags], terminal === undefined ? {} : { terminal, env: { FORCE_COLOR: "1" } });

  it.each(LOCAL_COMMANDS.map((argv) => [argv.join(" "), argv] as const))(
    "[CLI-20] [CLI-21] %s shows file names and info.json harmlessly",
    async (_line, argv) => {
      expectHarmless(await run(argv), terminal !== undefined);
    },
  );

  it.each(HOSTILE_COMMANDS.map((argv) => [argv[0]?.slice(0, 10), argv.length, argv] as const))(
    "[CLI-20] [CLI-21] repeats a hostile command line harmlessly: %j with %i words",
    async (_name, _words, argv) => {
      expectHarmless(await run(argv), terminal !== undefined);
    },
  );

  it("[CLI-20] [CLI-21] shows files of ours that a stranger wrote harmlessly", async () => {
    for (const [name, text] of Object.entries(HOSTILE_FILES)) {
      const path = join(server.root, name.split(",")[0] ?? "");
      const before = await readFile(path);
      await writeFile(path, text);
      for (const argv of [["install"], ["list"], ["doctor"], ["plan"]])
        expectHarmless(await run(argv), terminal !== undefined);
      await writeFile(path, before);
    }
  });

  it.each(["title", "summary", "owner", "dependencies", "(error message)", "(page)"])(
    "[CLI-20] [CLI-21] shows a portal's %s harmlessly",
    async (field) => {
      portal.spoil(field);
      for (const argv of PORTAL_COMMANDS) expectHarmless(await run(argv), terminal !== undefined);
      portal.spoil(undefined);
    },
  );
});
