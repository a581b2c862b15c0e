import { expect, it } from "vitest";
import { RoboportError } from "../errors.ts";
import { memoryWorld } from "../testing/index.ts";
import { createApp } from "./app.ts";
import { createFileLinks } from "./downloads/file-links.ts";

it.each([
  ["DISK_FULL", "The portal's disk is full"],
  ["DISK_ERROR", "The portal cannot use its disk"],
  ["PERMISSION", "The portal cannot use its disk"],
] as const)("[HTTP-71] %s is told without a path", async (code, message) => {
  const told: Error[] = [];
  const fails = async () => {
    throw new RoboportError(code, "Cannot read /srv/portal/store/blob");
  };
  const app = createApp({
    world: { ...memoryWorld(), findMod: fails },
    links: createFileLinks({ secret: new Uint8Array(32), now: () => 0 }),
    filesOrigin: () => "http://files.localhost",
    onError: (error) => told.push(error),
  });
  const answer = await app.request("/api/mods/some");
  expect([answer.status, await answer.json()]).toEqual([503, { message }]);
  expect(told.map((error) => error.message)).toEqual(["Cannot read /srv/portal/store/blob"]);
});
