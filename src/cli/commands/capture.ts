import { join, resolve } from "node:path";
import { RoboportError } from "../../errors.ts";
import type { HostMap } from "../../capture/destination.ts";
import type { CaptureEvent, CapturedRequest } from "../../operations/capture.ts";
import { isOfDomain } from "../../portal/contract/gaps/domain.ts";
import { findUrl } from "../../portal/url.ts";
import { describeGapReport, formatGapReport } from "../show-gaps.ts";
import { defineCommand, listFlag, valueFlag } from "../command.ts";
import type { Output } from "../output.ts";
import { dim, green, red, styled, type Styled, yellow } from "../styled.ts";

const PORT = 8899;
const LOOPBACK = /^(?:127(?:\.\d{1,3}){3}|::1|localhost)$/;

export const command = defineCommand({
  details:
    "A proxy for the game (proxy= in config.ini) or any client (HTTPS_PROXY) that shows each request to factorio.com with what the API contract knows of it, and keeps all of them as a HAR. Secrets are left out before anything is written or shown. It leads to factorio.com and nowhere else, and shows the client certificates of an authority of its own, which the client has to trust and which vouches for factorio.com alone. Ctrl-C stops it, with a report of what the contract does not know.",
  flags: {
    port: valueFlag("N", `Port of the proxy; 0 is any free one (default ${PORT})`, parsePort),
    out: valueFlag("FILE", "Keep the requests in this HAR, which must not be there yet"),
    listen: valueFlag("HOST", "Address to listen on (default 127.0.0.1)"),
    caDir: valueFlag(
      "DIR",
      "Where the authority's certificate and key lie, or are made (default: with your other state)",
    ),
    map: listFlag("HOST=URL", "Send what is meant for this host of factorio.com to another portal", parseMap),
  },
  examples: [
    ["roboport capture --out game.har", "Then proxy=127.0.0.1:8899 below [other] in the game's config.ini"],
    ["roboport capture --map mods.factorio.com=http://127.0.0.1:8080", "What does this client ask a portal of mine?"],
    ["roboport api diff game.har --openapi", "What it saw that the contract does not know"],
  ],
  async run({ output, signal, env, cwd, clock, monotonic, version, addSecret }, flags) {
    const { findOurFolders } = await import("../../operations/our-folders.ts");
    const { openCapture } = await import("../../operations/capture.ts");
    const { port = PORT, listen: host = "127.0.0.1", out, caDir, map: maps } = flags;
    const authorityDir =
      caDir === undefined ? join(findOurFolders({ env, cwd }).state, "capture") : resolve(cwd, caDir);
    const har = out === undefined ? undefined : resolve(cwd, out);
    const [onEvent, addresses] = [eventShower(output), { host, port, out: har }];
    const capture = await openCapture({
      ...addresses,
      authorityDir,
      maps,
      version,
      clock,
      monotonic,
      addSecret,
      onEvent,
    });
    output.note(
      styled`Proxy at http://${capture.address}; clients have to trust ${capture.certificateFile}; Ctrl-C stops`,
    );
    if (!LOOPBACK.test(host)) output.warn("Whoever reaches this address can use the proxy");
    await Promise.race([aborted(signal), capture.failed]);
    const report = await capture.close();
    output.data({ har: har ?? null, ...describeGapReport(report) }, () => formatGapReport(report));
  },
});

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((stop) => {
    if (signal.aborted) stop();
    signal.addEventListener("abort", () => stop(), { once: true });
  });
}

/** Each request is a line; what is odd about a client is said once. */
function eventShower(output: Output): (event: CaptureEvent) => void {
  const said = new Set<string>();
  const once = (text: string) => {
    if (!said.has(text)) output.warn(text);
    said.add(text);
  };
  return (event) => {
    if (event.type === "request") return output.line(formatRequest(event));
    if (event.type === "full") return once("The HAR is full: further requests are shown, and not kept");
    if (event.type === "refused")
      return once(`Refused ${event.host}: this proxy leads to factorio.com only (see NO_PROXY)`);
    once(`A client does not trust the authority of this proxy for ${event.host}`);
  };
}

function formatRequest({ method, status, endpoint, url, gaps, failure }: CapturedRequest): Styled {
  const name = endpoint ? green(endpoint.id) : red("unknown");
  const unknown = gaps.filter(({ what }) => what !== "endpoint").map(({ in: where, name: each }) => `${where} ${each}`);
  const rest = endpoint && unknown.length > 0 ? yellow(` not in the contract: ${unknown.join(", ")}`) : "";
  const shown = url.replaceAll(/%5Bredacted(?:\+\w+)?%5D/g, "[redacted]");
  return styled`${method} ${status || dim("---")} ${name} ${shown}${rest}${failure === undefined ? "" : red(` ${failure}`)}`;
}

/** @throws {RoboportError} `USAGE` */
function parsePort(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65535) return Number(text);
  throw new RoboportError("USAGE", `Cannot use port ${text.slice(0, 20)}`, { hint: "Give a number from 0 to 65535." });
}

/** @throws {RoboportError} `USAGE` */
function parseMap(text: string): HostMap {
  const [host = "", ...rest] = text.split("=");
  const to = findUrl(rest.join("="));
  const isPlain = to && /^https?:$/.test(to.protocol) && `${to.username}${to.password}${to.search}${to.hash}` === "";
  if (isOfDomain(host) && isPlain) return { host, to };
  throw new RoboportError("USAGE", "Cannot use a --map: it is not HOST=URL with a host of factorio.com", {
    hint: "Write it as mods.factorio.com=http://127.0.0.1:8080.",
  });
}
