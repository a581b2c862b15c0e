import { randomBytes } from "node:crypto";
import http, { type IncomingMessage, type Server, type ServerResponse } from "node:http";
import https from "node:https";
import { type Credentials, loginAccess, openAccess } from "../registry/access.ts";
import { createApp, createFilesApp } from "../registry/app.ts";
import { createFileLinks } from "../registry/downloads/file-links.ts";
import type { Handler } from "../registry/serve.ts";
import type { World } from "../registry/world.ts";
import { type ChaosAnswer, readAnswer } from "./chaos-answer.ts";
import { type ChaosQuestion, type ChaosRequest, readRequest, toRequest } from "./chaos-request.ts";
import { type FaultRule, openFaultPicker } from "./fault-rule.ts";
import { closePort, openPort } from "./loopback-port.ts";
import { performFault } from "./perform-fault.ts";

/** What a chaos portal serves, and what goes wrong. */
export interface ChaosPortalOptions {
  readonly world: World;
  /** Nothing goes wrong when not given; {@link ChaosPortal.setFaults} changes it later. */
  readonly faults?: readonly FaultRule[] | undefined;
  /** The same seed gives the same bits, lengths and chances. 1 when not given. */
  readonly seed?: number | undefined;
  /** Downloads are only for this user. */
  readonly requireLogin?: Credentials | undefined;
  /** Key and certificate as PEM: then API and files speak https. */
  readonly tls?: { readonly key: string; readonly cert: string } | undefined;
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
}

/** A portal on loopback whose answers go wrong as told. */
export interface ChaosPortal extends AsyncDisposable {
  /** Origin of the API, without a slash at the end. */
  readonly url: string;
  /** Origin of the zips, without a slash at the end. */
  readonly filesUrl: string;
  /** Origin of a server that is no part of the portal: plain http, a web page for every question. */
  readonly elsewhereUrl: string;
  /** Every request so far to any of the three, oldest first. */
  readonly requests: readonly ChaosRequest[];
  /** From now on these go wrong, counted anew; nothing does when there are none. */
  setFaults(faults: readonly FaultRule[]): void;
  /** Refuse all connections and end those there are. */
  goDown(): Promise<void>;
  /** Listen again where it listened before. */
  comeUp(): Promise<void>;
  close(): Promise<void>;
}

const HOST = "127.0.0.1";
const PAGE = "<!doctype html><title>Welcome to our network</title><p>Accept the terms to go on.";

/**
 * Start a portal on three free loopback ports.
 *
 * @example
 * const world = memoryWorld().mod("flib").release("0.16.5");
 * await using portal = await startChaosPortal({ world, faults: [{ on: "file", nth: 1, fault: "reset", at: 100 }] });
 * @see docs/guide-testing.md
 */
export async function startChaosPortal(options: ChaosPortalOptions): Promise<ChaosPortal> {
  const { seed = 1, now = Date.now } = options;
  const requests: ChaosRequest[] = [];
  let pick = openFaultPicker(options.faults ?? [], seed);
  const apps = openApps({ ...options, now }, () => urls.files);
  const servers = openServers(options.tls, async (origin, request, response) => {
    const question = await readRequest(request, urls[origin]);
    const seen = origin === "elsewhere" ? { ...question, service: origin, mods: [] } : question;
    const struck = pick(seen);
    requests.push({ ...seen, fault: struck?.fault.fault });
    const answer = async () => readAnswer(await apps[origin](toRequest(struck ? withoutPacking(seen) : seen)));
    if (!struck) return sendAnswer(response, await answer());
    const { fault, random } = struck;
    const { url, socket } = { url: new URL(seen.url), socket: request.socket };
    await performFault(fault, { url, socket, elsewhere: urls.elsewhere, answer, random, now });
  });
  const urls = await listenAll(servers);
  const goDown = async () => void (await Promise.all(Object.values(servers).map(closePort)));
  return {
    url: urls.api,
    filesUrl: urls.files,
    elsewhereUrl: urls.elsewhere,
    requests,
    setFaults: (faults) => {
      pick = openFaultPicker(faults, seed);
    },
    goDown,
    comeUp: async () => void (await listenAll(servers, urls)),
    close: goDown,
    [Symbol.asyncDispose]: goDown,
  };
}

/** What a fault changes in packed bytes would only be a damaged packing. */
function withoutPacking(question: ChaosQuestion): ChaosQuestion {
  return { ...question, headers: { ...question.headers, "accept-encoding": "identity" } };
}

type Served = Pick<ChaosPortalOptions, "world" | "requireLogin"> & { readonly now: () => number };

function openApps({ world, requireLogin, now }: Served, filesUrl: () => string): Readonly<Record<Origin, Handler>> {
  const links = createFileLinks({ secret: randomBytes(32), now });
  const access = requireLogin ? loginAccess(requireLogin) : openAccess;
  const filesOrigin = ({ url }: Request) => at(filesUrl(), new URL(url).hostname);
  return {
    api: createApp({ world, access, links, filesOrigin }).fetch,
    files: createFilesApp({ world, links }).fetch,
    elsewhere: () => new Response(PAGE, { headers: { "content-type": "text/html" } }),
  };
}

/** The same server by the name that a client calls it. */
function at(origin: string, hostname: string): string {
  const { protocol, port } = new URL(origin);
  return `${protocol}//${hostname}:${port}`;
}

type Origin = "api" | "files" | "elsewhere";
type Answerer = (origin: Origin, request: IncomingMessage, response: ServerResponse) => Promise<void>;

function openServers(tls: ChaosPortalOptions["tls"], answer: Answerer): Readonly<Record<Origin, Server>> {
  const open = (origin: Origin, secure: ChaosPortalOptions["tls"]): Server => {
    const server = secure ? https.createServer(secure) : http.createServer();
    // A client that goes away in the middle is what this portal is for.
    server.on("connection", (socket) => socket.on("error", () => {}));
    return server.on("request", (request, response) => {
      answer(origin, request, response).catch((error: unknown) => response.destroy(error as Error));
    });
  };
  return { api: open("api", tls), files: open("files", tls), elsewhere: open("elsewhere", undefined) };
}

async function listenAll(servers: Readonly<Record<Origin, Server>>, before?: Readonly<Record<Origin, string>>) {
  const listen = async (origin: Origin) => {
    const server = servers[origin];
    const port = await openPort(server, HOST, before ? Number(new URL(before[origin]).port) : 0);
    return `${server instanceof https.Server ? "https" : "http"}://${HOST}:${port}`;
  };
  return { api: await listen("api"), files: await listen("files"), elsewhere: await listen("elsewhere") };
}

function sendAnswer(response: ServerResponse, { status, headers, body }: ChaosAnswer): void {
  response.writeHead(status, headers).end(body);
}
