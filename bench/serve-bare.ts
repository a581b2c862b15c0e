import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";

/** The first argument of a process that serves files and does nothing else. */
export const BARE = "bare";

type Answer = readonly [headers: string[], body: Buffer];

/** The least that Node's own server can do: bytes that are at hand, with the headers that a mod has. */
export function serveBare([folder = "", port = ""]: readonly string[]): void {
  const answers = new Map<string, Answer>();
  const server = createServer((incoming, outgoing) => {
    const [headers, body] = answerTo(incoming.url ?? "");
    outgoing.writeHead(200, headers).end(body);
  });
  server.listen(Number(port), "127.0.0.1");

  function answerTo(path: string): Answer {
    const known = answers.get(path);
    if (known) return known;
    const body = readFileSync(join(folder, path));
    const made: Answer = [[...HEADERS, "Content-Length", String(body.length)], body];
    answers.set(path, made);
    return made;
  }
}

const HEADERS = Object.entries({
  "Cache-Control": "max-age=900, public",
  ETag: '"2jmj7l5rSw0yVb/vlWAYkK/YBwk"',
  Vary: "Accept-Encoding",
  "Content-Type": "application/json",
}).flat();
