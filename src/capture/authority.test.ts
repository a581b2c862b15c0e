import { X509Certificate } from "node:crypto";
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import net, { type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import tls from "node:tls";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Authority, openAuthority } from "./authority.ts";

const NOW = new Date();
const FILES = ["authority-key.pem", "authority.pem"];

let dir: string;
beforeEach(async () => {
  dir = join(await mkdtemp(join(tmpdir(), "roboport-authority-")), "capture");
});
afterEach(() => rm(join(dir, ".."), { recursive: true }));

const open = (now = NOW) => openAuthority({ dir, domain: "factorio.com", now });

describe("authority", () => {
  it("[CAPTURE-1] is made once, for this user alone", async () => {
    const made = await Promise.all([open(), open(), open()]);
    const before = await Promise.all(FILES.map((name) => readFile(join(dir, name))));
    await open();
    expect(await Promise.all(FILES.map((name) => readFile(join(dir, name))))).toEqual(before);
    expect((await readdir(dir)).sort()).toEqual(FILES);
    expect((await stat(join(dir, "authority-key.pem"))).mode & 0o777).toBe(0o600);
    expect(new Set(made.map(({ certificateFile }) => certificateFile))).toEqual(new Set([join(dir, "authority.pem")]));
  });

  it.skipIf(process.platform === "win32")("[CAPTURE-1] is refused when others can read its key", async () => {
    await open();
    await chmod(join(dir, "authority-key.pem"), 0o644);
    await expect(open()).rejects.toMatchObject({
      code: "CREDENTIALS_EXPOSED",
      hint: expect.stringContaining("chmod 600"),
    });
  });

  it("[CAPTURE-2] vouches for hosts of its domain and no others", async () => {
    const authority = await open();
    const ca = await readFile(authority.certificateFile, "utf8");
    const asked = ["mods.factorio.com", "factorio.com", "a.b.factorio.com"];
    for (const host of asked) expect(await handshake(authority, { ca, host })).toBe("trusted");
    expect(await handshake(authority, { ca, host: "example.org" })).toMatch(/permitted subtree violation/i);
    expect(await handshake(authority, { ca, host: "notfactorio.com" })).toMatch(/permitted subtree violation/i);
    expect(await handshake(authority, { ca, host: "127.0.0.1" })).toMatch(/subtree violation/i);
    const certificate = new X509Certificate(ca);
    expect([certificate.ca, certificate.verify(certificate.publicKey)]).toEqual([true, true]);
  });

  it("[CAPTURE-3] is refused when it is damaged, over, or in two pieces that do not belong together", async () => {
    await open();
    await expect(open(new Date(NOW.getTime() + 800 * 86_400_000))).rejects.toMatchObject({ code: "STATE_SHAPE" });
    const key = await readFile(join(dir, "authority-key.pem"));
    await rm(join(dir, "authority-key.pem"));
    await expect(open()).rejects.toThrow(/belongs to another key/);
    await writeFile(join(dir, "authority-key.pem"), key, { mode: 0o600 });
    await writeFile(join(dir, "authority.pem"), "nonsense");
    await expect(open()).rejects.toMatchObject({
      code: "STATE_SHAPE",
      message: expect.stringContaining("authority.pem"),
    });
  });
});

/** What a client that trusts `ca` says to a server with a certificate for `host`. */
async function handshake(authority: Authority, { ca, host }: { ca: string; host: string }): Promise<string> {
  const server = tls.createServer({ SNICallback: (_, done) => done(null, authority.contextFor(host)) });
  server.on("tlsClientError", () => {});
  await new Promise<void>((listening) => void server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  const servername = net.isIP(host) ? "localhost" : host;
  const checkServerIdentity = () => undefined;
  try {
    return await new Promise((answered) => {
      const socket = tls.connect({ port, host: "127.0.0.1", ca, servername, checkServerIdentity }, () => {
        socket.destroy();
        answered("trusted");
      });
      socket.on("error", (error) => answered(error.message));
    });
  } finally {
    server.close();
  }
}
