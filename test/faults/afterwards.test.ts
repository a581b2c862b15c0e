import { expect, it } from "vitest";
import { onDisk } from "../../rel/interrupt.ts";
import { nodeFileSystem } from "../../src/store/file-system.ts";
import { readState } from "./installed-state.ts";
import { expectSuccess, openScene } from "./scene.ts";

it.each([
  ["the stamp", /\/\.roboport\/state\.json$/, "what the command was for is done"],
  ["what the store is told", /\/roots-v1\/[^/]+$/, "until it can be written"],
])("[OPS-35] %s cannot be written after a change: the change is done, and that is told", async (_, target, told) => {
  await using scene = await openScene();
  const { server } = scene;
  const real = { ...nodeFileSystem };
  const rename = async (from: string, to: string) => {
    if (target.test(to)) throw Object.assign(new Error("EIO: i/o error, rename"), { code: "EIO", errno: -5 });
    await real.rename(from, to);
  };
  const ran = await onDisk({ ...real, rename }, () => server.run(["add", "wanted"]));
  expectSuccess(ran);
  expect(ran.stderr).toContain(told);
  expect(Object.keys((await readState(server.root)).files)).toContain("wanted_1.0.0.zip");
  expectSuccess(await server.run(["verify"]));
});
