import { resolve } from "node:path";
import { RoboportError } from "../../errors.ts";
import type { PortalOptions } from "../../registry/serve.ts";
import type { WorldProblem } from "../../registry/world.ts";
import { defineCommand, many, switchFlag, valueFlag } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { formatCount } from "../quantity.ts";
import { administerRegistry, openData } from "../serve-admin.ts";
import { styled } from "../styled.ts";

const MIB = 1024 * 1024;
const UPLOAD_MAX_MIB = 1024;

export const command = defineCommand({
  details:
    "With --data a registry: mods are published to it by their authors, and everything is kept in that folder. Its users and keys are managed by `serve user|token|key`, its content by `serve import|backup|check|log`, each with --data. With --world or --mods a portal to read from, for tests. Listens on this machine only, unless --host says otherwise. The first line on stdout is the address to give to --portal. Redistributing other people's mods is your responsibility.",
  flags: {
    data: valueFlag("DIR", "Serve the registry in this folder, which is made when it is not there"),
    world: valueFlag("FILE", "Serve the mods of a universe file (.json or .json.gz), with zips made on demand"),
    mods: valueFlag("DIR", "Serve the mod zips of a folder"),
    port: valueFlag("N", "Port of the API; 0 is any free one (default 0)", parsePort),
    filesPort: valueFlag(
      "N",
      "Port that downloads are redirected to (default: any free one; with --data the same)",
      parsePort,
    ),
    host: valueFlag("HOST", "Address to listen on (default 127.0.0.1)"),
    open: switchFlag("With --data: downloads without an account"),
    uploadMax: valueFlag("MIB", `With --data: longest zip that is taken (default ${UPLOAD_MAX_MIB})`, parseCount),
    requireLogin: switchFlag("Downloads only for the test account, which is printed"),
    passwordStdin: switchFlag("user add: read the password from standard input"),
    usage: valueFlag("LIST", "key add: upload, publish, edit, with commas between (default: all)"),
    label: valueFlag("TEXT", "token add, key add: what it is for"),
  },
  positional: many<string>("ACTION", "user, token, key, import, backup, check or log, with what they need", {
    minimum: 0,
  }),
  examples: [
    ["roboport serve --data /srv/registry --port 8080", "A registry"],
    ["roboport serve user add alice --data /srv/registry", "Somebody who may use it"],
    ["roboport serve key add alice --data /srv/registry", "A key for publishing, which is shown once"],
    ["roboport serve --mods ./my-mods --port 8080", "A portal for the zips in a folder"],
    ["roboport serve --world universe.json.gz", "A whole portal out of one file, for tests"],
  ],
  async run(context, flags, ...words) {
    if (words.length > 0) return await administerRegistry(context, flags, words);
    const { output, signal } = context;
    const source = await openSource(context, flags);
    const { startPortal } = await import("../../registry/serve.ts");
    const { TEST_TOKEN, TEST_USERNAME } = await import("../../registry/access.ts");
    const account = flags.requireLogin ? { username: TEST_USERNAME, token: TEST_TOKEN } : undefined;
    const onError = (error: Error) => output.warn(`Answered with an error: ${error.message}`);
    const { host, port } = flags;
    const filesPort = flags.filesPort ?? source.options.filesPort;
    const portal = await startPortal({ ...source.options, host, port, filesPort, requireLogin: account, onError });
    const { url, filesUrl } = portal;
    output.data({ url, filesUrl, ...(account && { account }) }, url);
    const count = (await source.options.world.allMods()).length;
    output.note(styled`Serving ${formatCount(count, "mod")}; zips come from ${filesUrl}; Ctrl-C stops`);
    if (account)
      output.note(`Downloads need FACTORIO_USERNAME=${account.username} and FACTORIO_TOKEN=${account.token}`);
    await new Promise<void>((stop) => {
      if (signal.aborted) stop();
      signal.addEventListener("abort", () => stop(), { once: true });
    });
    await portal.close();
    source.close();
  },
});

interface Source {
  readonly options: PortalOptions;
  close(): void;
}

interface SourceFlags {
  readonly data: string | undefined;
  readonly world: string | undefined;
  readonly mods: string | undefined;
  readonly open: boolean;
  readonly uploadMax: number | undefined;
}

/** @throws {RoboportError} `USAGE` unless exactly one source is named. */
async function openSource(context: CommandContext, flags: SourceFlags): Promise<Source> {
  const { cwd, monotonic: now, clock, output } = context;
  const { data: dir, world: file, mods, open, uploadMax = UPLOAD_MAX_MIB } = flags;
  const report = ({ file: bad, reason }: WorldProblem) => output.warn(`Not served: ${bad}: ${reason}`);
  if ([dir, file, mods].filter((each) => each !== undefined).length !== 1) {
    throw new RoboportError("USAGE", "Cannot serve without exactly one of --data, --world and --mods", {
      hint: "Give --data a folder for a registry, --world a universe file, or --mods a folder of mod zips.",
    });
  }
  if (dir !== undefined) {
    const { registryPortal } = await import("../../registry/registry.ts");
    const data = await openData(context, dir);
    const options = { data, isOpen: open, uploadMax: uploadMax * MIB, clock: () => clock().toISOString(), now };
    return { options: { ...registryPortal(options), filesPort: "same" }, close: () => data.close() };
  }
  if (file !== undefined) {
    const { openUniverseWorld } = await import("../../registry/worlds/universe-world.ts");
    return { options: { world: await openUniverseWorld(resolve(cwd, file), report) }, close: () => {} };
  }
  const { openFolderWorld } = await import("../../registry/worlds/folder-world.ts");
  return { options: { world: await openFolderWorld(resolve(cwd, mods ?? ""), { report, now }) }, close: () => {} };
}

/** @throws {RoboportError} `USAGE` */
function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65535) return port;
  throw new RoboportError("USAGE", `Cannot use port ${text.slice(0, 20)}`, { hint: "Give a number from 0 to 65535." });
}

function parseCount(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  throw new RangeError("expected a whole number from 1");
}
