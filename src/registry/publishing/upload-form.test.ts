import { describe, expect, it } from "vitest";
import { readUploadForm } from "./upload-form.ts";

function requestWith(bytes: number): Request {
  const form = new FormData();
  form.set("file", new Blob([new Uint8Array(bytes)]), "a.zip");
  return new Request("http://127.0.0.1/", { method: "POST", body: form });
}

describe("upload form", () => {
  it("[REG-93] is read to its end and answered when whoever takes the file gives up", async () => {
    const full = new Error("ENOSPC");
    const take = async (pieces: AsyncIterable<Uint8Array>): Promise<never> => {
      for await (const piece of pieces) if (piece.byteLength > 0) break;
      throw full;
    };
    await expect(readUploadForm(requestWith(4_000_000), { field: "file", maximum: 5_000_000, take })).rejects.toBe(
      full,
    );
  });
});
