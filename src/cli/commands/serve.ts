import { resolve } from "node:path";
import { RoboportError } from "../../errors.ts";
import type { World, WorldProblem } from "../../registry/world.ts";
import { defineCommand, switchFlag, valueFlag } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { formatCount } from "../quantity.ts";
import { styled } from "../styled.ts";

export const command = defineCommand({
  details:
    "Listens on this machine only, unless --host says otherwise. The first line on stdout is the address to give to --portal. Redistributing other people's mods is your responsibility.",
  flags: {
    world: valueFlag("FILE", "Serve the mods of a universe file (.json or .json.gz), with zips made on demand"),
    mods: valueFlag("DIR", "Serve the mod zips of a folder"),
    port: valueFlag("N", "Port of the API; 0 is any free one (default 0)", parsePort),
    filesPort: valueFlag("N", "Port that downloads are redirected to; 0 is any free one (default 0)", parsePort),
    host: valueFlag("HOST", "Address to listen on (default 127.0.0.1)"),
    requireLogin: switchFlag("Downloads only for the test account, which is printed"),
  },
  examples: [
    ["roboport serve --mods ./my-mods --port 8080", "A portal for the zips in a folder"],
    ["roboport serve --world universe.json.gz", "A whole portal out of one file, for tests"],
  ],
  async run(context, { world: file, mods, port, filesPort, host, requireLogin }) {
    const { output, signal } = context;
    const world = await openWorld(context, { file, mods });
    const { startPortal } = await import("../../registry/serve.ts");
    const { TEST_TOKEN, TEST_USERNAME } = await import("../../registry/access.ts");
    const account = requireLogin ? { username: TEST_USERNAME, token: TEST_TOKEN } : undefined;
    const onError = (error: Error) => output.warn(`Answered with an error: ${error.message}`);
    const portal = await startPortal({ world, host, port, filesPort, requireLogin: account, onError });
    const { url, filesUrl } = portal;
    output.data({ url, filesUrl, ...(account && { account }) }, url);
    output.note(
      styled`Serving ${formatCount(await countMods(world), "mod")}; zips come from ${filesUrl}; Ctrl-C stops`,
    );
    if (account)
      output.note(`Downloads need FACTORIO_USERNAME=${account.username} and FACTORIO_TOKEN=${account.token}`);
    await new Promise<void>((stop) => {
      if (signal.aborted) stop();
      signal.addEventListener("abort", () => stop(), { once: true });
    });
    await portal.close();
  },
});

/** @throws {RoboportError} `USAGE` unless exactly one source is named. */
async function openWorld(
  { cwd, monotonic, output }: CommandContext,
  { file, mods }: { readonly file: string | undefined; readonly mods: string | undefined },
): Promise<World> {
  const report = ({ file: bad, reason }: WorldProblem) => output.warn(`Not served: ${bad}: ${reason}`);
  if (file !== undefined && mods === undefined) {
    const { openUniverseWorld } = await import("../../registry/worlds/universe-world.ts");
    return await openUniverseWorld(resolve(cwd, file), report);
  }
  if (mods !== undefined && file === undefined) {
    const { openFolderWorld } = await import("../../registry/worlds/folder-world.ts");
    return await openFolderWorld(resolve(cwd, mods), { report, now: monotonic });
  }
  throw new RoboportError("USAGE", "Cannot serve without exactly one of --world and --mods", {
    hint: "Give --world a universe file, or --mods a folder of mod zips.",
  });
}

async function countMods(world: World): Promise<number> {
  return (await world.allMods()).length;
}

/** @throws {RoboportError} `USAGE` */
function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65535) return port;
  throw new RoboportError("USAGE", `Cannot use port ${text.slice(0, 20)}`, { hint: "Give a number from 0 to 65535." });
}
