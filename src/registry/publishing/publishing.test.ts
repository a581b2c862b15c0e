import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Author, openAuthor } from "../../portal/author.ts";
import { openPortal, type Portal } from "../../portal/client.ts";
import { logIn } from "../../portal/log-in.ts";
import { openNodeTransport } from "../../portal/node-transport.ts";
import { Secret } from "../../portal/secret.ts";
import { writeZip } from "../../store/zip-write.ts";
import { registryPortal } from "../registry.ts";
import { type RunningPortal, startPortal } from "../serve.ts";
import type { KeyUsage } from "../storage/accounts.ts";
import { openRegistryData, type RegistryData } from "../storage/registry-data.ts";

const PNG = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), Buffer.alloc(24)]);

let dir: string;
let data: RegistryData;
let server: RunningPortal;
let portal: Portal;
let token: string;
const transport = openNodeTransport();

const clock = () => "2026-01-02T03:04:05Z";

async function open(): Promise<void> {
  data = await openRegistryData(dir, { clock, now: () => performance.now() });
  const options = registryPortal({ data, isOpen: false, uploadMax: 5_000_000, clock, now: () => performance.now() });
  server = await startPortal({ ...options, filesPort: "same" });
}

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "roboport-registry-"));
  await open();
  await data.accounts.addUser("alice", "wonder land");
  await data.accounts.addUser("mallory");
  token = data.accounts.createToken({ user: "alice", kind: "portal" });
  const credentials = { username: "alice", token: new Secret(token), source: "test" };
  portal = openPortal({ url: server.url, transport, userAgent: "test", credentials, retry: { attempts: 1 } });
});
afterAll(async () => {
  transport.close();
  await server.close();
  data.close();
  await rm(dir, { recursive: true });
});

function authorOf(user: string, usages: readonly KeyUsage[] = ["upload", "publish", "edit"]): Author {
  const apiKey = new Secret(data.accounts.createToken({ user, kind: "key", usages }));
  return openAuthor({ url: server.url, transport, userAgent: "test", apiKey, retry: { attempts: 1 } });
}

interface ZipFacts {
  readonly version?: string;
  readonly info?: Readonly<Record<string, unknown>>;
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
}

function zipOf(name: string, { version = "1.0.0", info = {}, files = {} }: ZipFacts = {}): Blob {
  const json = { name, version, title: "Lamps", author: "alice", factorio_version: "2.0", ...info };
  const entries = Object.entries({ "info.json": JSON.stringify(json), ...files });
  return new Blob([
    writeZip(entries.map(([path, text]) => ({ path: `${name}_${version}/${path}`, bytes: Buffer.from(text) }))),
  ]);
}

describe("publishing", () => {
  it("[REG-82][REG-86] a new mod is there at once, with its page, and can be downloaded", async () => {
    const author = authorOf("alice");
    const zip = zipOf("belt-lamps", {
      info: { description: "Over belts.", dependencies: ["base >= 2.0"], space_travel_required: true },
      files: { "changelog.txt": "changes", "thumbnail.png": PNG },
    });
    await author.publishMod("belt-lamps", zip, { category: "content", license: "default_mit" });
    const mod = await portal.findModFull("belt-lamps");
    expect(mod).toMatchObject({
      title: "Lamps",
      owner: "alice",
      summary: "Over belts.",
      category: "content",
      changelog: "changes",
      license: { id: "default_mit", name: "mit" },
      releases: [{ version: "1.0.0", feature_flags: ["space-travel"], info_json: { dependencies: ["base >= 2.0"] } }],
    });
    const picture = await fetch(server.url + String(mod?.thumbnail));
    expect([picture.status, picture.headers.get("content-type")]).toEqual([200, "image/png"]);
    const download = await portal.download(mod?.releases[0]?.download_url ?? "");
    const pieces: Uint8Array[] = [];
    for await (const piece of download.body) pieces.push(piece);
    expect(Buffer.concat(pieces)).toEqual(Buffer.from(await zip.arrayBuffer()));
  });

  it("[REG-82] an author's next release joins, whatever order lists had", async () => {
    const author = authorOf("alice", ["upload"]);
    await author.uploadRelease("belt-lamps", zipOf("belt-lamps", { version: "1.1.0" }));
    expect((await portal.findMod("belt-lamps"))?.releases.map(({ version }) => version)).toEqual(["1.0.0", "1.1.0"]);
  });

  it("[REG-83] a version that is there stays what it is", async () => {
    const author = authorOf("alice");
    for (const version of ["1.1.0", "1.01.0"]) {
      const zip = zipOf("belt-lamps", { version, info: { title: "Other" } });
      await expect(author.uploadRelease("belt-lamps", zip)).rejects.toMatchObject({
        code: "PUBLISH_REFUSED",
        data: { error: "InvalidModRelease" },
      });
    }
    expect((await portal.findMod("belt-lamps"))?.releases).toHaveLength(2);
  });

  it.each([
    ["no zip", new Blob(["<html>"]), "InvalidModUpload"],
    ["nothing", new Blob([]), "InvalidModUpload"],
    ["another mod", zipOf("other"), "InvalidModUpload"],
    [
      "factorio_version of three parts",
      zipOf("belt-lamps", { version: "3.0.0", info: { factorio_version: "2.0.1" } }),
      "InvalidModRelease",
    ],
  ])("[REG-83] %s is refused, and nothing of it stays", async (_, zip, error) => {
    const author = authorOf("alice");
    const before = (await readdir(dir, { recursive: true })).length;
    await expect(author.uploadRelease("belt-lamps", zip)).rejects.toMatchObject({ data: { error } });
    expect((await readdir(dir, { recursive: true })).length).toBe(before);
  });

  it("[REG-81] a file that is too long is 413", async () => {
    const zip = new Blob([new Uint8Array(5_000_001)]);
    await expect(authorOf("alice").uploadRelease("belt-lamps", zip)).rejects.toMatchObject({ data: { status: 413 } });
  });

  it("[REG-80] a key does what it is for, on its owner's mods", async () => {
    const zip = zipOf("belt-lamps", { version: "9.0.0" });
    await expect(authorOf("alice", ["edit"]).uploadRelease("belt-lamps", zip)).rejects.toMatchObject({
      data: { error: "Forbidden" },
    });
    await expect(authorOf("mallory").uploadRelease("belt-lamps", zip)).rejects.toMatchObject({
      data: { error: "Forbidden" },
    });
    await expect(authorOf("mallory").publishMod("belt-lamps", zip)).rejects.toMatchObject({
      data: { error: "ModAlreadyExists" },
    });
    await expect(authorOf("alice").uploadRelease("nothing", zip)).rejects.toMatchObject({ code: "NO_SUCH_MOD" });
    const portalToken = openAuthor({ url: server.url, transport, userAgent: "test", apiKey: new Secret(token) });
    await expect(portalToken.uploadRelease("belt-lamps", zip)).rejects.toMatchObject({
      data: { error: "InvalidApiKey" },
    });
  });

  it("[REG-81] an upload URL is good for one upload", async () => {
    const key = data.accounts.createToken({ user: "alice", kind: "key", usages: ["upload"] });
    const begun = await fetch(`${server.url}/api/v2/mods/releases/init_upload`, {
      method: "POST",
      headers: { authorization: `Bearer ${key}` },
      body: new URLSearchParams({ mod: "belt-lamps" }),
    });
    const { upload_url: url } = (await begun.json()) as { readonly upload_url: string };
    const send = async () => {
      const form = new FormData();
      form.set("file", zipOf("belt-lamps", { version: "2.0.0" }), "x.zip");
      return (await fetch(url, { method: "POST", body: form })).status;
    };
    expect([await send(), await send()]).toEqual([200, 404]);
  });

  it.each([
    ["x", '--x\r\nContent-Disposition: form-data; name="other"; filename="a.zip"\r\n\r\nPK'],
    ["b".repeat(500), "--b"],
    ["", "--"],
  ])("[REG-81] a form that cannot be read is 400, with the boundary '%s'", async (boundary, body) => {
    const key = data.accounts.createToken({ user: "alice", kind: "key", usages: ["edit"] });
    const headers = { authorization: `Bearer ${key}`, "content-type": `multipart/form-data; boundary=${boundary}` };
    const answer = await fetch(`${server.url}/api/v2/mods/edit_details`, { method: "POST", headers, body });
    expect([answer.status, await answer.json()]).toMatchObject([400, { error: "InvalidRequest" }]);
  });

  it("[REG-84] details change, and what is wrong is named", async () => {
    const author = authorOf("alice");
    await author.editDetails("belt-lamps", { title: "Belt lamps", tags: ["logistics", "power"], deprecated: true });
    expect(await portal.findModFull("belt-lamps")).toMatchObject({
      title: "Belt lamps",
      tags: ["logistics", "power"],
      deprecated: true,
    });
    await author.editDetails("belt-lamps", { deprecated: false });
    for (const wrong of [
      { title: "" },
      { category: "lamps" },
      { homepage: "javascript:x" },
      { summary: "x".repeat(501) },
    ]) {
      await expect(author.editDetails("belt-lamps", wrong)).rejects.toMatchObject({
        data: { error: "InvalidRequest" },
      });
    }
  });

  it("[REG-85] images join, change places, and go", async () => {
    const author = authorOf("alice");
    const first = await author.addImage("belt-lamps", new Blob([PNG], { type: "image/png" }));
    const second = await author.addImage("belt-lamps", new Blob([PNG, "2"], { type: "image/png" }));
    expect((await fetch(String(first.url))).status).toBe(200);
    const ids = [second.id, first.id].map(String);
    expect((await author.setImages("belt-lamps", ids)).map(({ id }) => id)).toEqual(ids);
    expect(await author.setImages("belt-lamps", [])).toEqual([]);
    await expect(author.addImage("belt-lamps", new Blob(["<svg>"]))).rejects.toMatchObject({
      data: { error: "InvalidImageUpload" },
    });
    await expect(author.setImages("belt-lamps", ["x"])).rejects.toMatchObject({ data: { error: "InvalidRequest" } });
  });

  it("[REG-87] a password is exchanged for a token that downloads", async () => {
    const options = { url: server.url, transport, userAgent: "test" };
    const outcome = await logIn(options, { username: "alice", password: new Secret("wonder land") });
    if (outcome.kind !== "logged-in") throw new Error("not logged in");
    expect(data.accounts.findPortalUser({ username: "alice", token: outcome.token.reveal() })).toBe("alice");
    for (const username of ["alice", "nobody", "mallory"]) {
      await expect(logIn(options, { username, password: new Secret("wrong") })).rejects.toMatchObject({
        code: "CREDENTIALS_REFUSED",
      });
    }
  });

  it("[KEEP-1] everything is there after a restart", async () => {
    const before = await portal.findModFull("belt-lamps");
    const audit = data.audit.last(100);
    await server.close();
    data.close();
    await open();
    const again = openPortal({ url: server.url, transport, userAgent: "test" });
    expect(await again.findModFull("belt-lamps")).toEqual(before);
    expect(data.audit.last(100)).toEqual(audit);
    expect(audit.map(({ action }) => action)).toContain("publish");
  });
});
