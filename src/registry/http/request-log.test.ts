import { expect, it } from "vitest";
import { openRequestLog } from "./request-log.ts";

function lineOf(target: string): string {
  let heard = "";
  const write = (line: string) => (heard += line);
  const observe = openRequestLog({ format: "text", write, clock: () => new Date(0) });
  const passage = { id: "1", address: "127.0.0.1", origin: undefined, target, user: undefined };
  observe(passage, { method: "GET", status: 404, milliseconds: 1, bytes: 1, isWhole: true });
  return heard;
}

it("[HTTP-34] a line never gives a terminal orders", () => {
  expect(lineOf("/\x9b31m\n\xe9")).toBe("1970-01-01T00:00:00.000Z 127.0.0.1 - GET /?31m?? 404 1.0ms 1B 1");
});

it("[HTTP-35] a line holds the path alone, without what is secret in it", () => {
  expect(lineOf("http://user:secret@host/a?token=secret#secret")).toContain(" GET /a 404 ");
  expect(lineOf("/api/v2/mods/images/finish_add/secret")).toContain(" GET /api/v2/mods/images/finish_add/… 404 ");
  expect(lineOf("?token=secret")).not.toContain("secret");
});
