import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliDecompress } from "node:zlib";
import type { Context, Hono } from "hono";
import { errorAnswer } from "../answers.ts";
import { chooseCoding } from "./content-coding.ts";
import { serverOpenApi } from "./server-openapi.ts";

/** Where the build puts the page's files, as seen from the bundle, from the library and from the source. */
const FOLDERS = ["../api-page", "../../../api-page", "../../../dist/api-page"];

const FILES: Readonly<Record<string, string>> = {
  "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
  "swagger-ui.css": "text/css; charset=utf-8",
};

/** The page may load its own files and ask this server; nothing else, and nobody may frame it. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Mod portal API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/docs/swagger-ui.css">
</head>
<body>
<div id="page"><noscript>Without scripts: <a href="/openapi.json">openapi.json</a></noscript></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

const START = `SwaggerUIBundle({ url: "/openapi.json", dom_id: "#page", deepLinking: true, validatorUrl: null });\n`;

const decompress = promisify<Uint8Array, Buffer<ArrayBuffer>>(brotliDecompress);

/**
 * `GET /docs`: a page about this server's API, which asks nobody else for anything; `GET /openapi.json`: what it shows.
 *
 * @param version of the document: that of the program
 * @see rules HTTP-60 and HTTP-61
 */
export function addApiPage(app: Hono, version: string): void {
  app.get("/openapi.json", async () => {
    const document = await serverOpenApi(app.routes, version);
    return kept(Buffer.from(JSON.stringify(document)), "application/json");
  });
  app.get("/docs", () => kept(PAGE, "text/html; charset=utf-8"));
  app.get("/docs/start.js", () => kept(START, "text/javascript; charset=utf-8"));
  app.get("/docs/:file", pageFile);
}

function kept(body: Uint8Array<ArrayBuffer> | string, type: string): Response {
  return new Response(body, { headers: { ...GUARD, "Cache-Control": "max-age=900, public", "Content-Type": type } });
}

const GUARD = {
  "Content-Security-Policy": POLICY,
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
};

async function pageFile({ req }: Context): Promise<Response> {
  const name = req.param("file") ?? "";
  const type = FILES[name];
  const packed = type === undefined ? undefined : await findFile(`${name}.br`);
  if (type === undefined || !packed) return errorAnswer(404, "Not found");
  const coding = chooseCoding(req.header("Accept-Encoding")) === "br" ? "br" : undefined;
  const answer = kept(coding ? packed : await decompress(packed), type);
  if (coding) answer.headers.set("Content-Encoding", coding);
  answer.headers.set("Vary", "Accept-Encoding");
  return answer;
}

async function findFile(name: string): Promise<Buffer<ArrayBuffer> | undefined> {
  for (const folder of FOLDERS) {
    try {
      return await readFile(join(import.meta.dirname, folder, name));
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
    }
  }
  return undefined;
}
