import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { registryPortal } from "../../src/registry/registry.ts";
import { type RunningPortal, startPortal } from "../../src/registry/serve.ts";
import { openRegistryData, type RegistryData } from "../../src/registry/storage/registry-data.ts";
import { runCli } from "./harness.ts";

const PNG = Buffer.alloc(24);
PNG.write("\x89PNG\r\n\x1a\n", "latin1");
PNG.writeUInt32BE(144, 16);
PNG.writeUInt32BE(144, 20);

let scratch: string;
let registry: string;
let data: RegistryData;
let server: RunningPortal;
let key: string;
const clock = () => "2026-01-02T03:04:05Z";
const now = () => performance.now();

const admin = (...words: readonly string[]) => runCli(["serve", ...words, "--data", registry], { cwd: scratch });

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "roboport-publish-"));
  registry = join(scratch, "registry");
  await admin("user", "add", "alice");
  key = (await admin("key", "add", "alice")).stdout.trim();
  data = await openRegistryData(registry, { clock, now });
  const options = registryPortal({ data, isOpen: true, uploadMax: 1_000_000, clock, now });
  server = await startPortal({ ...options, filesPort: "same" });
});
afterAll(async () => {
  await server.close();
  data.close();
  await rm(scratch, { recursive: true });
});

interface Mod {
  readonly version?: string;
  readonly files?: Readonly<Record<string, string | Uint8Array>>;
}

async function plant(name: string, { version = "1.0.0", files = {} }: Mod = {}): Promise<string> {
  const folder = join(scratch, name);
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  const info = {
    name,
    version,
    title: "Lamps",
    author: "alice",
    factorio_version: "2.0",
    dependencies: ["base >= 2.0"],
  };
  const all = { "info.json": JSON.stringify(info, null, 2), "thumbnail.png": PNG, "control.lua": "--", ...files };
  for (const [path, text] of Object.entries(all)) await writeFile(join(folder, path), text);
  return folder;
}

const run = (...argv: readonly string[]) =>
  runCli(argv, {
    cwd: scratch,
    env: {
      HOME: scratch,
      ROBOPORT_PORTAL: server.url,
      FACTORIO_API_KEY: key,
      ROBOPORT_CACHE_DIR: join(scratch, "cache"),
    },
  });
const json = async (...argv: readonly string[]) => {
  const ran = await run(...argv, "--json");
  expect(ran).toMatchObject({ exitCode: 0 });
  return JSON.parse(ran.stdout);
};

describe("publish", () => {
  it("[PUB-1][PUB-3] a new mod needs --new; then the portal shows it", async () => {
    await plant("belt-lamps");
    const refused = await run("publish", "belt-lamps");
    expect(refused).toMatchObject({ exitCode: 3, stdout: "" });
    expect(refused.stderr).toContain("--new");
    const published = await json("publish", "belt-lamps", "--new", "--category", "content");
    expect(published).toMatchObject({ name: "belt-lamps", outcome: "published", verified: true, remarks: [] });
    expect(await json("info", "belt-lamps")).toMatchObject({ mod: { category: "content" } });
    expect((await run("publish", "belt-lamps", "--new")).exitCode).toBe(0);
  });

  it("[PUB-2] the same content again is no error; other content is never sent", async () => {
    await plant("belt-lamps");
    expect(await json("publish", "belt-lamps")).toMatchObject({ outcome: "there" });
    await plant("belt-lamps", { files: { "control.lua": "-- changed" } });
    const ran = await run("publish", "belt-lamps");
    expect(ran.exitCode).toBe(5);
    expect(ran.stderr).toContain("RELEASE_MUTATED");
  });

  it("[PUB-4] --dry-run sends nothing, and keeps the zip where it is told", async () => {
    await plant("belt-lamps", { version: "1.1.0" });
    const ran = await json("publish", "belt-lamps", "--dry-run", "--output", "out.zip");
    expect(ran).toMatchObject({ outcome: "would-send", fileName: "belt-lamps_1.1.0.zip" });
    expect(data.records.findRecord("belt-lamps")?.releases).toHaveLength(1);
    const uploaded = await json("upload", "out.zip");
    expect(uploaded).toMatchObject({
      outcome: "uploaded",
      remarks: [{ text: "The zip should be called belt-lamps_1.1.0.zip" }],
    });
  });

  it("[PUB-4][CHECK-6][PACK-5] remarks name file and line; --strict stops at warnings", async () => {
    const changelog = `${"-".repeat(99)}\nVersion: 1.2.0\n\tbad\n`;
    await plant("belt-lamps", { version: "1.2.0", files: { "changelog.txt": changelog, "thumbnail.png": "GIF" } });
    const bad = await run("publish", "belt-lamps");
    expect(bad.exitCode).toBe(5);
    expect(bad.stderr).toContain("error thumbnail.png: It is no PNG");
    expect(bad.stderr).toContain("warning changelog.txt:3:");
    await plant("belt-lamps", { version: "1.2.0", files: { "changelog.txt": changelog } });
    expect((await run("publish", "belt-lamps", "--strict")).exitCode).toBe(5);
  });

  it("[PACK-4] a zip the game would not load is not sent", async () => {
    await writeFile(join(scratch, "bad.zip"), "PK");
    expect(await run("publish", "bad.zip")).toMatchObject({ exitCode: 3, stdout: "" });
  });

  it("[CRED-10] without a key nothing is sent, and the key is in no output", async () => {
    await plant("belt-lamps", { version: "1.3.0" });
    const ran = await runCli(["publish", "belt-lamps"], { cwd: scratch, env: { ROBOPORT_PORTAL: server.url } });
    expect(ran.exitCode).toBe(7);
    const wrong = await runCli(["publish", "belt-lamps"], {
      cwd: scratch,
      env: { HOME: scratch, ROBOPORT_PORTAL: server.url, FACTORIO_API_KEY: "wrong-key-0123456789" },
    });
    expect(wrong.exitCode).toBe(7);
    expect(wrong.stderr).not.toContain("wrong-key-0123456789");
  });

  it("[REG-84][REG-85] edit and images", async () => {
    expect(await json("edit", "belt-lamps", "--title", "Belt lamps", "--tag", "power")).toMatchObject({
      changed: ["title", "tags"],
    });
    expect(data.records.findRecord("belt-lamps")).toMatchObject({ title: "Belt lamps", tags: ["power"] });
    expect(await run("edit", "belt-lamps")).toMatchObject({ exitCode: 2 });
    await writeFile(join(scratch, "shot.png"), PNG);
    const { images } = await json("images", "belt-lamps", "--add", "shot.png");
    expect(images).toHaveLength(1);
    expect((await json("images", "belt-lamps", "--remove", images[0].id)).images).toEqual([]);
    expect(await run("images", "belt-lamps", "--remove", "x")).toMatchObject({ exitCode: 2 });
  });
});

describe("what a person names", () => {
  it.each([
    ["edit", "--description-file"],
    ["edit", "--faq-file"],
    ["images", "--add"],
  ])("[CLI-46] %s %s refuses a file that is not there", async (verb, option) => {
    const ran = await run(verb, "belt-lamps", option, "nothing.here");
    expect(ran).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("Cannot read nothing.here (ENOENT)") });
  });
});

describe("serve administration", () => {
  it("[ADMIN-1][ADMIN-2] users, tokens and keys, while the registry is served", async () => {
    expect((await admin("user", "add", "bob")).exitCode).toBe(0);
    expect((await admin("user", "add", "bob")).exitCode).toBe(2);
    const token = (await admin("token", "add", "bob", "--label", "laptop")).stdout;
    expect(token).toMatch(/^[0-9a-f]{30}\n$/);
    expect(data.accounts.findPortalUser({ username: "bob", token: token.trim() })).toBe("bob");
    const { tokens } = JSON.parse((await admin("token", "list", "--json")).stdout);
    const { id } = tokens.find(({ user }: { readonly user: string }) => user === "bob");
    expect((await admin("token", "revoke", id)).exitCode).toBe(0);
    expect((await admin("user", "list")).stdout).toContain("alice");
    expect((await admin("log")).stdout).toContain("revoke");
    expect((await admin("nonsense")).exitCode).toBe(2);
  });

  it("[ADMIN-4] a folder without a registry does not get one by looking", async () => {
    const dir = join(scratch, "mistyped");
    for (const words of [["user", "list"], ["check"], ["log"], ["claim", "list"], ["backup", "copy"]]) {
      const ran = await runCli(["serve", ...words, "--data", dir], { cwd: scratch });
      expect(ran).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(`There is no registry in ${dir}`) });
    }
    expect(await readdir(scratch)).not.toContain("mistyped");
  });

  it("[KEEP-3] backup replaces no file, and says where it cannot write", async () => {
    expect(await admin("backup", "copy.sqlite")).toMatchObject({ exitCode: 0 });
    expect(await admin("backup", "copy.sqlite")).toMatchObject({
      exitCode: 2,
      stderr: expect.stringContaining("is there already"),
    });
    expect(await admin("backup", "none/copy.sqlite")).toMatchObject({ exitCode: 6 });
  });

  it("[ADMIN-3] check finds zips that are gone; a release without its zip is 503", async () => {
    expect(await admin("check")).toMatchObject({ exitCode: 0 });
    await rm(join(registry, "blobs-v1"), { recursive: true });
    const ran = await admin("check", "--json");
    expect(ran.exitCode).toBe(5);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      ok: false,
      damaged: [],
      missing: ["belt-lamps_1.0.0.zip", "belt-lamps_1.1.0.zip"],
    });
  });

  it("[REG-92] an imported release has no zip until it is fetched", async () => {
    const release = {
      download_url: "/download/far/5ecac7e44d121d000cd77c76",
      file_name: "far_1.0.0.zip",
      info_json: {},
      released_at: "2020-05-24T19:15:48.520000Z",
      version: "1.0.0",
    };
    await writeFile(
      join(scratch, "far.json"),
      JSON.stringify({ name: "far", title: "f", owner: "o", releases: [release] }),
    );
    expect((await admin("import", "far.json")).stdout).toContain("Imported 1 mod with 1 release");
    const answer = await fetch(server.url + release.download_url);
    expect([answer.status, await answer.json()]).toEqual([503, { message: "The zip is not here yet" }]);
  });
});
