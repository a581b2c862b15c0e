import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { writeZip } from "../../src/store/zip-write.ts";
import { createTestServer, type TestServer } from "../cli/harness.ts";
import { HOSTILE_TEXT } from "./hostile-words.ts";

/** Names that a disk of Linux takes: no slash, no NUL, at most 255 bytes. */
const NAMES = [
  "\x1b]0;t\x07_1.0.0.zip",
  "a\nerror FORGED: b_1.0.0.zip",
  "\u202egpj.zip",
  "\x9b2J_1.0.0.zip",
  "b\rc.txt",
  "d\u2028e\u200b_1.0.0.zip",
];

/** A server whose own files were written by somebody hostile. */
export async function createHostileServer(portal: string): Promise<TestServer> {
  const server = await createTestServer({ portal });
  for (const argv of [["init"], ["add", "wanted@1.0.0"]]) {
    const { exitCode, stderr } = await server.run(argv);
    if (exitCode !== 0) throw new Error(stderr);
  }
  for (const name of NAMES) await writeFile(join(server.modsDir, name), "not a zip");
  await mkdir(join(server.modsDir, "folder\x1b[31m"));
  const info = {
    name: "hand",
    version: "1.0.0",
    title: HOSTILE_TEXT,
    author: HOSTILE_TEXT,
    dependencies: [HOSTILE_TEXT, `${HOSTILE_TEXT} > 1.0`, "gone >= 2.0"],
  };
  const zip = (name: string, content: unknown) =>
    writeFile(
      join(server.modsDir, name),
      writeZip([{ path: "x/info.json", bytes: Buffer.from(JSON.stringify(content)) }]),
    );
  await zip("hand_1.0.0.zip", info);
  await zip("misnamed_1.0.0.zip", { ...info, name: HOSTILE_TEXT });
  await zip("misversioned_1.0.0.zip", { ...info, version: HOSTILE_TEXT });
  const listPath = join(server.modsDir, "mod-list.json");
  const list = JSON.parse(await readFile(listPath, "utf8"));
  list.mods.push({ name: HOSTILE_TEXT, enabled: true }, { name: "hand", enabled: true, version: "9.9.9" });
  await writeFile(listPath, JSON.stringify(list));
  await writeFile(
    join(server.root, "server-settings.json"),
    JSON.stringify({ username: HOSTILE_TEXT, token: "t".repeat(30) }),
  );
  return server;
}

/** Files of ours that somebody else wrote, each to be put in place on its own. */
export const HOSTILE_FILES: Readonly<Record<string, string>> = {
  "roboport.json": JSON.stringify({ mods: { [HOSTILE_TEXT]: HOSTILE_TEXT } }),
  "roboport.json, requirement": JSON.stringify({ mods: { wanted: HOSTILE_TEXT } }),
  "roboport.json, portal": JSON.stringify({ mods: { wanted: "*" }, portals: [HOSTILE_TEXT] }),
  "roboport.json, field": JSON.stringify({ mods: {}, [HOSTILE_TEXT]: 1, factorio: HOSTILE_TEXT }),
  "roboport.lock": JSON.stringify({ [HOSTILE_TEXT]: HOSTILE_TEXT }),
  "mods/mod-list.json": `{"mods": [{"name": ${JSON.stringify(HOSTILE_TEXT)}, "enabled": ${JSON.stringify(HOSTILE_TEXT)}}]}`,
  "mods/mod-list.json, broken": `{"mods": [${HOSTILE_TEXT}`,
};
