import { createSocket } from "node:dgram";
import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { findGamePort, requireFreePort } from "./run-port.ts";

describe("the port of a server", () => {
  it.each([
    [["factorio", "--port", "34198"], { port: 34198, address: undefined }],
    [["factorio", "--port=34198", "--bind", "127.0.0.1"], { port: 34198, address: "127.0.0.1" }],
    [["factorio", "--rcon-port", "1"], undefined],
    [["factorio", "--port"], undefined],
    [["factorio", "--port", "many"], undefined],
    [["factorio", "--port", "65536"], undefined],
    [["factorio", "--port", "34198", "--bind", "game.example"], undefined],
  ])("[RUNNER-11] of %j", (command, port) => {
    expect(findGamePort(command)).toEqual(port);
  });

  it("[RUNNER-11] is refused while somebody uses it", async () => {
    const holder = createSocket("udp4");
    holder.bind(0, "127.0.0.1");
    await once(holder, "listening");
    const { port } = holder.address();
    for (const address of ["127.0.0.1", undefined]) {
      await expect(requireFreePort({ port, address })).rejects.toMatchObject({ code: "CANNOT_LISTEN" });
    }
    holder.close();
    await once(holder, "close");
    await requireFreePort({ port, address: "127.0.0.1" });
    await requireFreePort({ port, address: "192.0.2.1" });
  });
});
