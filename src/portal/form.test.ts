import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatMultipart } from "./form.ts";

const read = ({ contentType, body }: ReturnType<typeof formatMultipart>) =>
  new Response(body, { headers: { "content-type": contentType } }).formData();

describe("multipart", () => {
  it("[AUTHOR-1] comes back whatever the values hold", async () => {
    const text = fc.string({ unit: "grapheme" }).map((value) => value.replaceAll(/\r\n?|\n/g, " "));
    await fc.assert(
      fc.asyncProperty(text, fc.uint8Array(), async (value, bytes) => {
        const content = new Blob([bytes], { type: "application/zip" });
        const entries = [
          ["mod", value],
          ["file", { fileName: 'a "b".zip', content }],
        ] as const;
        const form = await read(formatMultipart(entries, "----boundary-of-a-test"));
        expect(form.get("mod")).toBe(value);
        const file = form.get("file");
        if (!(file instanceof File)) throw new Error("no file");
        expect(new Uint8Array(await file.arrayBuffer())).toEqual(new Uint8Array(bytes));
        expect([file.type, file.name]).toEqual(["application/zip", 'a "b".zip']);
      }),
    );
  });
});
