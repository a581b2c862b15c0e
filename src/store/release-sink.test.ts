import { expect, it } from "vitest";
import { openDigesters } from "./digesters.ts";
import type { OpenFile } from "./file-system.ts";
import { openSink } from "./release-sink.ts";

const GIB = 1024 ** 3;
const MAGIC = Buffer.from("PK\x03\x04");
const request = { id: "a 1.0.0", name: "a", version: "1.0.0", sha1: "0".repeat(40) };
const file = { write: async (piece: Uint8Array) => piece.byteLength } as unknown as OpenFile;
const open = () => openSink(request, { file, digesters: openDigesters(), events: () => {} });
const unsaid = { length: undefined, totalLength: undefined };

it("[FETCH-3] refuses what nobody said the length of after a gibibyte", async () => {
  const sink = open();
  sink.announce(unsaid);
  await sink.take(MAGIC);
  const taking = sink.take(new Uint8Array(GIB));
  await expect(taking).rejects.toMatchObject({ code: "DOWNLOAD_LENGTH", data: { limit: GIB } });
});

it("[FETCH-3] takes as much as was announced, up to eight gibibytes", async () => {
  const sink = open();
  sink.announce({ length: 8 * GIB, totalLength: undefined });
  await sink.take(MAGIC);
  expect(sink.total()).toBe(8 * GIB);
  for (const announced of [
    { length: 8 * GIB + 1, totalLength: undefined },
    { length: 1, totalLength: 9 * GIB },
  ]) {
    expect(() => open().announce(announced)).toThrow(expect.objectContaining({ code: "DOWNLOAD_LENGTH" }));
  }
});
