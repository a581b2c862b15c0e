import { memoryWorld, startTestPortal, type TestPortal } from "../../src/testing/index.ts";
import { HOSTILE_TEXT } from "./hostile-words.ts";

/** A portal that can be told to spoil some field of every answer. */
export interface HostilePortal {
  readonly url: string;
  /** Keys of every JSON answer so far, and what stands for a status, a header or a page. */
  readonly fields: ReadonlySet<string>;
  /** From now on this field holds the hostile text; none with undefined. */
  spoil(field: string | undefined): void;
  close(): Promise<void>;
}

/** What is no key of an answer, but can be hostile, too. */
const OTHER_FIELDS = ["(error message)", "(page)", "(redirect)", "(retry-after)"];

/** Start one with a few mods, one of which nothing satisfies. */
export async function startHostilePortal(): Promise<HostilePortal> {
  const fields = new Set(OTHER_FIELDS);
  let spoilt: string | undefined;
  const world = memoryWorld()
    .mod("wanted", { title: "Wanted", summary: "A mod", owner: "somebody", category: "content", tags: ["trains"] })
    .release("1.0.0", { dependencies: ["base", "helper", "? other >= 1.0", "! enemy"] })
    .release("1.1.0", { dependencies: ["base", "helper >= 1.0", "? other >= 1.0"] })
    .mod("helper")
    .release("1.0.0")
    .mod("lonely")
    .release("1.0.0", { dependencies: ["base", "absent >= 3.0"] });
  const portal: TestPortal = await startTestPortal(world, {
    around: async (request, next) => {
      const answer = await next(unpacked(request));
      if (!answer.headers.get("content-type")?.includes("json")) return answer;
      return spoilAnswer(answer, spoilt, fields);
    },
  });
  return {
    url: portal.url,
    fields,
    spoil: (field) => {
      spoilt = field;
    },
    close: () => portal.close(),
  };
}

/** Asks for an answer that can be read and spoilt. */
function unpacked(request: Request): Request {
  const headers = new Headers(request.headers);
  headers.delete("accept-encoding");
  return new Request(request, { headers });
}

async function spoilAnswer(answer: Response, spoilt: string | undefined, fields: Set<string>): Promise<Response> {
  switch (spoilt) {
    case "(error message)":
      return Response.json({ message: HOSTILE_TEXT, error: HOSTILE_TEXT }, { status: 400 });
    case "(page)":
      return new Response(`<html>${HOSTILE_TEXT}`, { headers: { "content-type": "text/html" } });
    case "(redirect)":
      return new Response(null, {
        status: 302,
        headers: { location: `ftp://evil.test/${encodeURI("\x9b2J")}?${"\x9b2J"}` },
      });
    case "(retry-after)":
      return Response.json({ message: "wait" }, { status: 429, headers: { "retry-after": "99999999 \x9b2J" } });
    default: {
      const text = JSON.stringify(await answer.json(), (key, value: unknown) => {
        if (key !== "" && Number.isNaN(Number(key))) fields.add(key);
        return key === spoilt ? hostileLike(value) : value;
      });
      return new Response(text, { status: answer.status, headers: { "content-type": "application/json" } });
    }
  }
}

/** Of the same shape, so that it is taken where a text is a text; anything else becomes one. */
function hostileLike(value: unknown): unknown {
  if (Array.isArray(value)) return [...value, HOSTILE_TEXT, `${HOSTILE_TEXT} >= 1.0`];
  return HOSTILE_TEXT;
}
