import { type ChildProcess, spawn } from "node:child_process";
import { createReadStream, readFileSync, statSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { type BenchMod, describeMod } from "./install-world.ts";

/** What a portal process serves, and how. */
export interface PortalSetup {
  /** Holds `mods.json` and the zips. */
  readonly folder: string;
  /** Where the zips come from; from this process when not given. */
  readonly filesUrl?: string | undefined;
  /** Milliseconds that every answer waits. */
  readonly delay?: number | undefined;
}

/** A portal in a process of its own, so that its work is not ours. */
export interface BenchPortal {
  readonly url: string;
  readonly pid: number;
  stop(): void;
}

/** What a portal was asked. */
export interface PortalCounts {
  readonly requests: number;
  /** Most at the same time. */
  readonly parallel: number;
}

/** The first argument of a process that is a portal. */
export const SERVE = "serve";

/** Start this program once more, as a portal. */
export async function startPortal(setup: PortalSetup): Promise<BenchPortal> {
  const child: ChildProcess = spawn(process.execPath, [process.argv[1] ?? "", SERVE, JSON.stringify(setup)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout?.once("data", (text: Buffer) => resolve(text.toString().trim()));
    child.once("exit", () => reject(new Error("The portal of the bench did not start")));
  });
  return { url, pid: child.pid ?? 0, stop: () => void child.kill() };
}

/** Serve until killed. Prints its address. */
export function servePortal({ folder, filesUrl, delay = 0 }: PortalSetup): void {
  const mods: readonly BenchMod[] = JSON.parse(readFileSync(join(folder, "mods.json"), "utf8"));
  const entries = new Map(mods.map((mod) => [mod.name, describeMod(mod)]));
  let counts = { requests: 0, parallel: 0 };
  let now = 0;
  const server = createServer(async (request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://portal");
    if (pathname === "/counts") {
      response.end(JSON.stringify(counts));
      counts = { requests: 0, parallel: 0 };
      return;
    }
    now++;
    counts = { requests: counts.requests + 1, parallel: Math.max(counts.parallel, now) };
    response.once("close", () => now--);
    let body = "";
    for await (const piece of request) body += piece;
    if (delay > 0) await wait(delay);
    const download = /^\/download\/([^/]+)\/([\d-]+)$/.exec(pathname);
    const file = /^\/files\/([\w.-]+)$/.exec(pathname)?.[1];
    if (download) {
      const [, name = "", version = ""] = download;
      response.writeHead(302, {
        location: `${filesUrl ?? ""}/files/${name}_${version.replaceAll("-", ".")}.zip`,
        "content-length": 0,
      });
      response.end();
    } else if (file) sendFile(join(folder, file), response);
    else sendMods(new URLSearchParams(body).get("namelist")?.split(",") ?? [], entries, response);
  });
  server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${(server.address() as AddressInfo).port}`));
}

function sendMods(names: readonly string[], entries: ReadonlyMap<string, object>, response: ServerResponse): void {
  const results = names.map((name) => entries.get(name)).filter((each) => each !== undefined);
  const text = JSON.stringify({ pagination: null, results });
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(text) }).end(text);
}

function sendFile(path: string, response: ServerResponse): void {
  const { size } = statSync(path);
  response.writeHead(200, { "content-type": "application/zip", "content-length": size, etag: `"${size}"` });
  createReadStream(path, { highWaterMark: 512 * 1024 }).pipe(response);
}
