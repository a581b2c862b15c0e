import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isRoboportError, RoboportError } from "../errors.ts";
import { openStore, type Store } from "./blob-store.ts";
import { type DownloadRequest, downloadAll, type FetchRelease } from "./download.ts";
import type { StoreEvent } from "./events.ts";
import { type Fault, faultFileSystem } from "./fault-file-system.ts";
import { nodeFileSystem } from "./file-system.ts";
import { quarantineFolder } from "./store-layout.ts";
import { readStoreInfo } from "./store-upkeep.ts";
import { writeZip } from "./zip-write.ts";

let dir: string;
let store: Store;
let events: StoreEvent[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "roboport-download-"));
  store = openStore({ dir });
  events = [];
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

interface Release extends DownloadRequest {
  readonly bytes: Buffer;
}

const sha = (name: string, bytes: Uint8Array) => createHash(name).update(bytes).digest("hex");

/** A release of some 3 MB, so that it comes in pieces and its parts count as progress. */
function release(name: string, padding = 3_000_000): Release {
  const info = Buffer.from(JSON.stringify({ name, version: "1.0.0" }));
  const bytes = Buffer.from(
    writeZip([
      { path: `${name}/info.json`, bytes: info },
      { path: `${name}/padding`, bytes: Buffer.alloc(padding, name) },
    ]),
  );
  return { id: `${name} 1.0.0`, name, version: "1.0.0", sha1: sha("sha1", bytes), bytes };
}

async function* pieces(bytes: Uint8Array, end?: unknown): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.byteLength; at += 65_536) yield bytes.subarray(at, at + 65_536);
  if (end) throw end;
}

type Part = Awaited<ReturnType<FetchRelease<Release>>>;

function part(bytes: Uint8Array, change: Partial<Part> = {}): Part {
  const plain = { totalLength: undefined, lastModified: undefined, etag: '"1"', discard: () => {} };
  return { status: 200, length: bytes.byteLength, ...plain, body: pieces(bytes), ...change };
}

/** A portal that can continue, and tells what it was asked. */
function goodPortal(asked: string[] = []): FetchRelease<Release> {
  return async ({ id, bytes }, { range, ifRange }) => {
    asked.push(`${id} ${range?.start ?? 0} ${ifRange ?? "-"}`);
    if (!range) return part(bytes);
    const rest = bytes.subarray(range.start);
    return part(rest, { status: 206, totalLength: bytes.byteLength });
  };
}

function download(requests: readonly Release[], fetch: FetchRelease<Release>, signal?: AbortSignal) {
  return downloadAll(requests, { fetch, store, events: (event) => events.push(event), signal });
}

/** Nothing unproved is anywhere. */
async function expectNothingLeft(blobs = 0): Promise<void> {
  expect((await readStoreInfo(openStore({ dir }))).blobs).toBe(blobs);
  const names = existsSync(quarantineFolder(dir)) ? readdirSync(quarantineFolder(dir)) : [];
  expect(names).toEqual([]);
}

const kinds = () => [...new Set(events.map(({ kind }) => kind))];
const connectionReset = () => Object.assign(new Error("ECONNRESET: reset"), { code: "ECONNRESET", errno: -104 });

describe("downloadAll", () => {
  it("[FETCH-1] keeps every byte, in the order of the requests, and tells what happens", async () => {
    const releases = ["a", "b", "c"].map((name) => release(name));
    const done = await download(releases, goodPortal());
    expect(done.map(({ request, reused }) => [request.name, reused])).toEqual(
      ["a", "b", "c"].map((name) => [name, false]),
    );
    for (const { request, blob } of done) {
      expect(readFileSync(blob.path).equals(request.bytes)).toBe(true);
      expect(blob.sha256).toBe(sha("sha256", request.bytes));
    }
    expect(kinds()).toEqual(["download-queued", "download-started", "download-progress", "download-verified"]);
    await expectNothingLeft(3);
  });

  it("[FETCH-8] fetches nothing that is in the store, by either digest, also in another process", async () => {
    const wanted = release("a");
    await download([wanted], goodPortal());
    const never: FetchRelease<Release> = () => Promise.reject(new Error("asked"));
    store = openStore({ dir });
    const bySha1 = await download([wanted], never);
    const bySha256 = await download([{ ...wanted, sha1: undefined, sha256: sha("sha256", wanted.bytes) }], never);
    expect([bySha1[0]?.reused, bySha256[0]?.reused]).toEqual([true, true]);
    expect(events.at(-1)).toEqual({ kind: "download-reused", id: "a 1.0.0", size: wanted.bytes.byteLength });
  });

  it("[FETCH-8] fetches again what is damaged in the store", async () => {
    const wanted = release("a");
    const [first] = await download([wanted], goodPortal());
    rmSync(first?.blob.path ?? "");
    writeFileSync(first?.blob.path ?? "", "damaged");
    const [again] = await download([wanted], goodPortal());
    expect([again?.reused, readFileSync(again?.blob.path ?? "").equals(wanted.bytes)]).toEqual([false, true]);
  });

  it("[FETCH-10] has at most the given number under way, four by default, the largest first", async () => {
    const releases = [10, 40, 20, 50, 30, 60].map((kilobytes) => {
      const each = release(`m${kilobytes}`, kilobytes * 1000);
      return { ...each, size: each.bytes.byteLength };
    });
    for (const jobs of [undefined, 1, 6]) {
      rmSync(dir, { recursive: true });
      let [now, most] = [0, 0];
      const order: string[] = [];
      let letGo = () => {};
      const allUnderWay = new Promise<void>((resolve) => (letGo = resolve));
      const fetch: FetchRelease<Release> = async ({ name, bytes }) => {
        order.push(name);
        most = Math.max(most, ++now);
        if (most === (jobs ?? 4)) letGo();
        await allUnderWay;
        await new Promise((resolve) => setImmediate(resolve));
        now--;
        return part(bytes);
      };
      await downloadAll(releases, { fetch, store: openStore({ dir }), jobs });
      expect(most).toBe(jobs ?? 4);
      expect(order.slice(0, most).sort()).toEqual(["m60", "m50", "m40", "m30", "m20", "m10"].slice(0, most).sort());
      if (jobs === 1) expect(order).toEqual(["m60", "m50", "m40", "m30", "m20", "m10"]);
    }
  });
});

const page = Buffer.from("<!DOCTYPE html><title>Log in</title>");

describe("what is refused", () => {
  const cases: readonly (readonly [string, string, string, (wanted: Release) => Part])[] = [
    ["a web page", "DOWNLOAD_NOT_ZIP", "FETCH-2", () => part(page)],
    ["a web page without a length", "DOWNLOAD_NOT_ZIP", "FETCH-2", () => part(page, { length: undefined })],
    ["JSON", "DOWNLOAD_NOT_ZIP", "FETCH-2", () => part(Buffer.from('{"message":"no"}'))],
    ["nothing", "DOWNLOAD_NOT_ZIP", "FETCH-2", () => part(Buffer.alloc(0))],
    ["two bytes", "DOWNLOAD_NOT_ZIP", "FETCH-2", () => part(Buffer.from("PK"))],
    ["more than announced", "DOWNLOAD_LENGTH", "FETCH-3", ({ bytes }) => part(bytes, { length: 1_000_000 })],
    ["one flipped bit", "DOWNLOAD_DIGEST", "FETCH-4", ({ bytes }) => part(flip(bytes))],
    [
      "less, without a length",
      "DOWNLOAD_DIGEST",
      "FETCH-4",
      ({ bytes }) => part(bytes.subarray(0, 1000), { length: undefined }),
    ],
    ["a whole zip of something else", "DOWNLOAD_DIGEST", "FETCH-4", () => part(release("other").bytes)],
  ];
  it.each(cases)("[FETCH-2] [FETCH-3] [FETCH-4] [FETCH-6] %s, after one more try: %s", async (_, code, __, answer) => {
    const wanted = release("a");
    let asked = 0;
    const failure = await download([wanted], async () => (asked++, answer(wanted))).catch((error: unknown) => error);
    expect([isRoboportError(failure) && failure.code, asked]).toEqual([code, 2]);
    expect(kinds()).toContain("download-failed");
    await expectNothingLeft();
  });

  it("[FETCH-6] accepts what is right the second time", async () => {
    const wanted = release("a");
    const answers = [part(flip(wanted.bytes)), part(wanted.bytes)];
    const [done] = await download([wanted], async () => answers.shift() ?? part(page));
    expect(done?.blob.size).toBe(wanted.bytes.byteLength);
    expect(kinds()).toContain("download-restarted");
  });

  it("[FETCH-2] names what came instead of a zip", async () => {
    await expect(download([release("a")], async () => part(page))).rejects.toThrow(
      "the portal sent a web page instead of a zip",
    );
  });

  it.each([undefined, "", "abc", "A".repeat(40)])(
    "[FETCH-4] a release whose SHA-1 is %o, before anything is asked",
    async (sha1) => {
      let asked = 0;
      const failure = download([{ ...release("a"), sha1 }], async ({ bytes }) => (asked++, part(bytes)));
      await expect(failure).rejects.toMatchObject({ code: "PORTAL_SHAPE" });
      expect(asked).toBe(0);
    },
  );

  it("[FETCH-5] other bytes than were locked, though the portal's SHA-1 fits them", async () => {
    const wanted = { ...release("a"), sha256: "0".repeat(64) };
    await expect(download([wanted], goodPortal())).rejects.toMatchObject({ code: "RELEASE_MUTATED" });
    await expectNothingLeft();
  });

  it("[FETCH-5] the same other bytes twice, when the release was locked", async () => {
    const [locked, served] = [release("a"), release("a", 999)];
    const request = { ...locked, sha256: sha("sha256", locked.bytes) };
    for (const size of [undefined, locked.bytes.byteLength]) {
      const changed = download([{ ...request, size }], async () => part(served.bytes));
      await expect(changed).rejects.toMatchObject({ code: "RELEASE_MUTATED" });
    }
    const noise = [flip(locked.bytes), release("b").bytes];
    const noisy = download([request], async () => part(noise.shift() ?? page));
    await expect(noisy).rejects.toMatchObject({ code: "DOWNLOAD_DIGEST" });
  });

  it("[FETCH-7] a zip that is another mod, even where its digest fits", async () => {
    const { bytes, sha1 } = release("other");
    let asked = 0;
    const failure = download([{ ...release("a"), bytes, sha1 }], async () => (asked++, part(bytes)));
    await expect(failure).rejects.toMatchObject({ code: "ZIP_INVALID", data: { reason: "name-differs" } });
    expect(asked).toBe(1);
    await expectNothingLeft();
  });

  it("[FETCH-9] what cannot fit, before anything is asked", async () => {
    const full = openStore({ dir, fs: { ...nodeFileSystem, freeSpace: async () => 4000 } });
    const requests = ["a", "b"].map((name) => ({ ...release(name), size: 3000 }));
    const failure = downloadAll(requests, { fetch: () => Promise.reject(new Error("asked")), store: full });
    await expect(failure).rejects.toMatchObject({ code: "DISK_FULL", data: { needed: 6000, free: 4000 } });
  });
});

function flip(bytes: Buffer): Buffer {
  const flipped = Buffer.from(bytes);
  flipped[2000] = (flipped[2000] ?? 0) ^ 1;
  return flipped;
}

/** What a process that is gone had received. */
function leaveBehind(label: string, bytes: Uint8Array): void {
  mkdirSync(quarantineFolder(dir), { recursive: true });
  const name = ["another-boot", "", 1, "", encodeURIComponent(hostname()), "0", label].join("~");
  writeFileSync(join(quarantineFolder(dir), name), bytes);
}

describe("what a killed process left", () => {
  it("[FETCH-14] is gone on with, known by either digest", async () => {
    for (const locked of [false, true]) {
      rmSync(dir, { recursive: true, force: true });
      const wanted = release("a");
      const sha256 = sha("sha256", wanted.bytes);
      leaveBehind(locked ? sha256 : sha("sha1", wanted.bytes), wanted.bytes.subarray(0, 1_234_567));
      const asked: string[] = [];
      const [done] = await download([locked ? { ...wanted, sha256 } : wanted], goodPortal(asked));
      expect(readFileSync(done?.blob.path ?? "").equals(wanted.bytes)).toBe(true);
      expect(asked).toEqual(["a 1.0.0 1234567 -"]);
      await expectNothingLeft(1);
    }
  });

  it.each([
    ["other bytes", (bytes: Buffer) => flip(bytes).subarray(0, 5000)],
    ["no zip", () => Buffer.alloc(5000)],
    ["more than all", (bytes: Buffer) => Buffer.concat([bytes, bytes])],
  ])("[FETCH-14] is fetched anew when it is %s, which counts as no fault of the portal", async (_, left) => {
    const wanted = release("a");
    leaveBehind(wanted.sha1 ?? "", left(wanted.bytes));
    const portal = goodPortal();
    const answers = [page];
    const fetch: FetchRelease<Release> = async (request, options) => {
      if (options.range && options.range.start >= wanted.bytes.byteLength) {
        return part(Buffer.alloc(0), { status: 416, length: undefined });
      }
      const wrong = options.range ? undefined : answers.shift();
      return wrong ? part(wrong) : await portal(request, options);
    };
    const [done] = await download([wanted], fetch);
    expect(readFileSync(done?.blob.path ?? "").equals(wanted.bytes)).toBe(true);
    await expectNothingLeft(1);
  });

  it("[FETCH-14] [BLOB-7] goes when it is another release", async () => {
    leaveBehind("0".repeat(40), Buffer.from("PK"));
    const asked: string[] = [];
    await download([release("a")], goodPortal(asked));
    expect(asked).toEqual(["a 1.0.0 0 -"]);
    await expectNothingLeft(1);
  });
});

it("[FETCH-14] [BLOB-7] what others could go on with stays when nothing has to come, what nobody can goes", async () => {
  const wanted = release("a");
  await download([wanted], goodPortal());
  leaveBehind("0".repeat(40), Buffer.from("PK"));
  leaveBehind("", Buffer.from("a copy"));
  await download([wanted], goodPortal());
  expect(readdirSync(quarantineFolder(dir)).map((name) => name.split("~").at(-1))).toEqual(["0".repeat(40)]);
});

describe("interruptions", () => {
  it("[FETCH-11] continues where it broke off, guarded by the validator", async () => {
    const wanted = release("a");
    const asked: string[] = [];
    const portal = goodPortal(asked);
    const fetch: FetchRelease<Release> = async (request, options) => {
      const whole = await portal(request, options);
      if (asked.length === 1) return { ...whole, body: pieces(wanted.bytes.subarray(0, 1_500_000), connectionReset()) };
      if (asked.length === 2) return { ...whole, body: pieces(wanted.bytes.subarray(1_500_000, 2_000_000)) };
      return whole;
    };
    const [done] = await download([wanted], fetch);
    expect(readFileSync(done?.blob.path ?? "").equals(wanted.bytes)).toBe(true);
    expect(asked).toEqual(["a 1.0.0 0 -", 'a 1.0.0 1500000 "1"', 'a 1.0.0 2000000 "1"']);
  });

  it("[FETCH-11] begins again when the portal sends all of it", async () => {
    const wanted = release("a");
    let asked = 0;
    const fetch: FetchRelease<Release> = async () =>
      ++asked === 1
        ? part(wanted.bytes, { body: pieces(wanted.bytes.subarray(0, 100_000), connectionReset()) })
        : part(wanted.bytes);
    const [done] = await download([wanted], fetch);
    expect([done?.blob.size, asked]).toEqual([wanted.bytes.byteLength, 3]);
  });

  it("[FETCH-11] uses no weak validator", async () => {
    const wanted = release("a");
    const validators: unknown[] = [];
    const fetch: FetchRelease<Release> = async ({ bytes }, { range, ifRange }) => {
      validators.push(ifRange);
      if (range) return part(bytes.subarray(range.start), { status: 206 });
      return part(bytes, {
        etag: 'W/"1"',
        lastModified: "yesterday",
        body: pieces(bytes.subarray(0, 70_000), connectionReset()),
      });
    };
    await download([wanted], fetch);
    expect(validators).toEqual([undefined, "yesterday"]);
  });

  it("[FETCH-11] begins again when the rest belongs to another whole", async () => {
    const wanted = release("a");
    let asked = 0;
    const fetch: FetchRelease<Release> = async ({ bytes }, { range }) => {
      if (++asked === 1) return part(bytes, { body: pieces(bytes.subarray(0, 100_000), connectionReset()) });
      return range ? part(bytes.subarray(0, 5), { status: 206, totalLength: 7 }) : part(bytes);
    };
    const [done] = await download([wanted], fetch);
    expect(done?.blob.size).toBe(wanted.bytes.byteLength);
  });

  it.each([
    [
      "breaks off",
      "PORTAL_UNREACHABLE",
      (bytes: Buffer) => part(bytes, { body: pieces(bytes.subarray(0, 10), connectionReset()) }),
    ],
    ["ends early", "DOWNLOAD_LENGTH", (bytes: Buffer) => part(bytes, { body: pieces(bytes.subarray(0, 10)) })],
    [
      "says there is no more",
      "DOWNLOAD_LENGTH",
      (bytes: Buffer) => part(bytes, { body: pieces(bytes.subarray(0, 10)), totalLength: 1e6 }),
    ],
  ])("[FETCH-12] gives up on a portal that always %s: %s", async (_, code, answer) => {
    let asked = 0;
    const fetch: FetchRelease<Release> = async ({ bytes }, { range }) => {
      asked++;
      const whole = answer(bytes);
      return range
        ? { ...whole, status: 206, length: undefined, totalLength: whole.totalLength ?? bytes.byteLength }
        : whole;
    };
    await expect(download([release("a")], fetch)).rejects.toMatchObject({ code });
    expect(asked).toBeLessThan(30);
    await expectNothingLeft();
  });

  it("[FETCH-12] passes on what the portal says, without asking again", async () => {
    let asked = 0;
    const fetch = async () => {
      asked++;
      throw new RoboportError("NO_SUCH_RELEASE", "Cannot download it");
    };
    await expect(download([release("a")], fetch)).rejects.toMatchObject({ code: "NO_SUCH_RELEASE" });
    expect(asked).toBe(1);
  });

  it("[FETCH-10] stops the others at the first failure, keeps what is complete, and leaves no half", async () => {
    const releases = ["good", "slow", "bad"].map((name) => release(name));
    let stopped = false;
    const fetch: FetchRelease<Release> = async ({ name, bytes }, { signal }) => {
      if (name === "good") return part(bytes);
      const aborted = new Promise<never>((_, reject) => {
        signal?.addEventListener("abort", () => {
          stopped = true;
          reject(signal.reason);
        });
      });
      if (name === "slow") return part(bytes, { body: stalling(bytes.subarray(0, 70_000), aborted) });
      aborted.catch(() => {});
      while (!events.some(({ kind }) => kind === "download-verified"))
        await new Promise((resolve) => setImmediate(resolve));
      return part(Buffer.from("<html>"));
    };
    await expect(download(releases, fetch)).rejects.toMatchObject({ code: "DOWNLOAD_NOT_ZIP" });
    expect(stopped).toBe(true);
    expect(events.filter(({ kind }) => kind === "download-failed")).toHaveLength(1);
    await expectNothingLeft(1);
  });

  it("[FETCH-10] ends as interrupted when the signal aborts", async () => {
    const stop = new AbortController();
    const fetch: FetchRelease<Release> = async ({ bytes }, { signal }) => {
      const aborted = new Promise<never>((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
      setImmediate(() => stop.abort());
      return part(bytes, { body: stalling(bytes.subarray(0, 70_000), aborted) });
    };
    await expect(download([release("a")], fetch, stop.signal)).rejects.toMatchObject({ code: "INTERRUPTED" });
    await expectNothingLeft();
  });
});

async function* stalling(bytes: Uint8Array, aborted: Promise<never>): AsyncGenerator<Uint8Array> {
  aborted.catch(() => {});
  yield bytes;
  await aborted;
}

describe("faults of the disk", () => {
  const faults: readonly Fault[] = ["kill", "short", { errno: "ENOSPC" }, { errno: "EIO" }];
  it.each(faults)("[FETCH-1] keeps a proved release or nothing when any operation meets %o", async (fault) => {
    const wanted = release("a", 1000);
    for (let n = 1; ; n++) {
      rmSync(dir, { recursive: true, force: true });
      const fs = faultFileSystem(nodeFileSystem, n, fault);
      const failure = await downloadAll([wanted], { fetch: goodPortal(), store: openStore({ dir, fs }) }).then(
        () => undefined,
        (error: unknown) => error,
      );
      if (fault !== "kill" && failure !== undefined) expect(isRoboportError(failure), String(failure)).toBe(true);
      const after = openStore({ dir });
      await after.sweep();
      const blob = await after.find(sha("sha256", wanted.bytes));
      if (blob) expect(readFileSync(blob.path).equals(wanted.bytes)).toBe(true);
      if (failure === undefined) expect(blob).toBeDefined();
      if (fault !== "kill") await expectNothingLeft(blob ? 1 : 0);
      if (!fs.hasFailed()) break;
    }
  });
});
