import { mkdtemp, rm } from "node:fs/promises";
import { Agent, type IncomingHttpHeaders, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { registryPortal } from "../../src/registry/registry.ts";
import { startPortal } from "../../src/registry/serve.ts";
import { openRegistryData } from "../../src/registry/storage/registry-data.ts";
import { writeZip } from "../../src/store/zip-write.ts";
import type { PortalAnswer } from "./operations.ts";

/** A request as it goes over the wire. */
export interface WireRequest {
  readonly method: string;
  /** As it stands in the request line. */
  readonly target: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: Buffer;
}

/** With all its headers, unpacked. */
export interface WireAnswer extends PortalAnswer {
  readonly headers: IncomingHttpHeaders;
}

/** A picture, as far as its first bytes tell. */
export const PNG = Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), Buffer.alloc(24)]);

/** A registry on loopback that has one of everything. */
export interface ContractPortal {
  readonly username: string;
  readonly password: string;
  readonly token: string;
  /** With every usage. */
  readonly key: string;
  /** Of a mod that is there. */
  readonly mod: string;
  readonly release: () => Promise<string>;
  /** What the server could not answer but with a status of 500 or 503. */
  readonly errors: readonly string[];
  ask(asked: WireRequest): Promise<WireAnswer>;
  close(): Promise<void>;
}

/** The zip of a mod's release. */
export function modZip(name: string, version: string): Buffer {
  const info = { name, version, title: name, author: "alice", factorio_version: "2.0" };
  return Buffer.from(writeZip([{ path: `${name}_${version}/info.json`, bytes: Buffer.from(JSON.stringify(info)) }]));
}

/** Open one in a folder of its own, with the account `alice` and the mod `belt-lamps`. */
export async function openContractPortal(): Promise<ContractPortal> {
  const dir = await mkdtemp(join(tmpdir(), "roboport-contract-"));
  const [now, clock] = [() => performance.now(), () => "2026-01-02T03:04:05Z"];
  const data = await openRegistryData(dir, { clock, now });
  const options = registryPortal({ data, isOpen: false, uploadMax: 200_000, clock, now });
  const errors: string[] = [];
  const server = await startPortal({ ...options, filesPort: "same", onError: ({ stack = "" }) => errors.push(stack) });
  const account = { username: "alice", password: "wonder land" };
  await data.accounts.addUser(account.username, account.password);
  const token = data.accounts.createToken({ user: account.username, kind: "portal" });
  const key = data.accounts.createToken({
    user: account.username,
    kind: "key",
    usages: ["upload", "publish", "edit"],
  });
  // A server may close a connection just when the next request goes out on it.
  const agent = new Agent({ keepAlive: false });
  const portal: ContractPortal = {
    ...account,
    token,
    key,
    mod: "belt-lamps",
    errors,
    ask: (asked) => send(server.url, agent, asked),
    release: async () => (await data.records.findMod("belt-lamps"))?.releases[0]?.id ?? "",
    close: async () => {
      agent.destroy();
      await server.close();
      data.close();
      await rm(dir, { recursive: true });
    },
  };
  await publish(portal, "belt-lamps", "1.2.0");
  return portal;
}

/** Publish a mod that is not there yet. */
async function publish({ ask, key }: ContractPortal, name: string, version: string): Promise<void> {
  const begin = await ask({
    method: "POST",
    target: "/api/v2/mods/init_publish",
    headers: { authorization: `Bearer ${key}`, "content-type": "application/x-www-form-urlencoded" },
    body: Buffer.from(`mod=${name}`),
  });
  const { upload_url: url } = JSON.parse(begin.body.toString()) as { readonly upload_url: string };
  const { type, body } = multipart([{ name: "file", fileName: "a.zip", bytes: modZip(name, version) }]);
  await ask({ method: "POST", target: new URL(url).pathname, headers: { "content-type": type }, body });
}

/** A part of a form. */
export interface Part {
  readonly name: string;
  readonly fileName?: string;
  readonly bytes: Buffer | string;
}

/** `multipart/form-data` of these parts. */
export function multipart(parts: readonly Part[]): { readonly type: string; readonly body: Buffer } {
  const boundary = "----contract";
  const pieces = parts.flatMap(({ name, fileName, bytes }) => [
    Buffer.from(
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${fileName === undefined ? "" : `; filename="${fileName}"`}\r\n\r\n`,
    ),
    Buffer.from(bytes),
    Buffer.from("\r\n"),
  ]);
  return {
    type: `multipart/form-data; boundary=${boundary}`,
    body: Buffer.concat([...pieces, Buffer.from(`--${boundary}--\r\n`)]),
  };
}

/** Longer than any answer takes, on whatever machine. */
const SILENCE_MS = 30_000;

function send(url: string, agent: Agent, { method, target, headers, body }: WireRequest): Promise<WireAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, agent, method, path: target, headers: headers as never }, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => pieces.push(piece));
      response.once("error", reject);
      response.once("end", () => {
        const { headers: told, statusCode: status = 0 } = response;
        resolve({ status, type: told["content-type"], headers: told, body: unpacked(Buffer.concat(pieces), told) });
      });
    });
    asked.setTimeout(SILENCE_MS, () => asked.destroy(new Error("No answer came")));
    asked.once("error", reject);
    asked.end(body);
  });
}

function unpacked(body: Buffer, { "content-encoding": coding }: IncomingHttpHeaders): Buffer {
  if (body.length === 0 || coding === undefined) return body;
  return coding === "br" ? brotliDecompressSync(body) : gunzipSync(body);
}
