import { EventEmitter } from "node:events";
import type { Server } from "node:http";
import { describe, expect, it } from "vitest";
import { DEFAULT_TIMES, watchConnections } from "./connections.ts";
import { parseTrustedProxies } from "./trusted-proxies.ts";

/** A connection as far as it is looked at. */
class Caller extends EventEmitter {
  destroyed = false;
  readonly remoteAddress: string;

  constructor(remoteAddress: string) {
    super();
    this.remoteAddress = remoteAddress;
  }

  destroy(): void {
    this.destroyed = true;
  }
}

function openServer(perAddress: number): (address: string) => Caller {
  const server = new EventEmitter() as unknown as Server;
  const proxies = parseTrustedProxies(["10.0.0.0/8"]);
  watchConnections(server, { proxies, times: DEFAULT_TIMES, connections: { all: 10, perAddress }, now: () => 0 });
  return (address) => {
    const caller = new Caller(address);
    server.emit("connection", caller);
    return caller;
  };
}

describe("connections", () => {
  it("[HTTP-13] of one address are so many and no more, until one ends", () => {
    const call = openServer(2);
    const [first, second, third] = [call("203.0.113.1"), call("::ffff:203.0.113.1"), call("203.0.113.1")];
    expect([first.destroyed, second.destroyed, third.destroyed]).toEqual([false, false, true]);
    expect(call("203.0.113.2").destroyed).toBe(false);
    first.emit("close");
    expect([call("203.0.113.1").destroyed, call("203.0.113.1").destroyed]).toEqual([false, true]);
  });

  it("[HTTP-13] of this machine and of proxies are not counted", () => {
    const call = openServer(1);
    for (const address of ["127.0.0.1", "::1", "10.1.2.3"]) {
      expect([call(address).destroyed, call(address).destroyed]).toEqual([false, false]);
    }
  });
});
