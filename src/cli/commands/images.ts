import { extname } from "node:path";
import { parseModName } from "../../game/mod-name.ts";
import type { PortalImage } from "../../portal/contract/mod.ts";
import { defineCommand, listFlag, required } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { readInputFile } from "../input-file.ts";
import { getKey } from "../publish-release.ts";
import { dim, lines, type Styled, styled } from "../styled.ts";

const TYPES: Readonly<Record<string, string>> = { ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg" };

export const command = defineCommand({
  details: "Without options the images of a mod are listed, which needs no key.",
  flags: {
    add: listFlag("FILE", "Put this picture at the end; repeatable"),
    remove: listFlag("ID", "Take this image out; repeatable"),
    first: listFlag("ID", "Put this image to the front, in the order of the options; repeatable"),
  },
  positional: [required("NAME", "A mod", { parse: parseModName })],
  examples: [
    ["roboport images my-mod", "List them"],
    ["roboport images my-mod --add shot.png --remove 3788dc…", "Change them"],
  ],
  async run(context, { add, remove, first }, name) {
    const { output } = context;
    const { changeImages, listImages } = await import("../../operations/edit-mod.ts");
    const isChange = add.length > 0 || remove.length > 0 || first.length > 0;
    const session = await context.openSession();
    if (!isChange) return show(await listImages(session, name));
    const apiKey = await getKey(context);
    const pictures = await Promise.all(add.map((file) => picture(context, file)));
    return show(await changeImages(session, { name, change: { add: pictures, remove, order: first }, apiKey }));

    function show(images: readonly PortalImage[]): void {
      output.data({ name, images }, () => formatImages(images));
    }
  },
});

async function picture(context: CommandContext, file: string): Promise<Blob> {
  const type = TYPES[extname(file).toLowerCase()] ?? "application/octet-stream";
  return new Blob([new Uint8Array(await readInputFile(context, file))], { type });
}

function formatImages(images: readonly PortalImage[]): Styled {
  if (images.length === 0) return lines(dim("No images"));
  return lines(...images.map(({ id, url }) => styled`${id ?? ""}  ${dim(url ?? "")}`));
}
