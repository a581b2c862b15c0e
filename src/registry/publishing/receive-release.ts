import { isRoboportError } from "../../errors.ts";
import { checkInfoJson } from "../../game/info-json-check.ts";
import type { InfoJson } from "../../game/info-json.ts";
import { modFileName } from "../../game/mod-name.ts";
import type { Store } from "../../store/blob-store.ts";
import { createDigester, type Digests } from "../../store/digest.ts";
import { type OpenFile, writeAll } from "../../store/file-system.ts";
import { checkModZip, readModZip } from "../../store/mod-zip.ts";
import { readModZipPages } from "../../store/mod-zip-pages.ts";
import { refusal } from "./refusal.ts";

/** An uploaded zip that was proved and is in the store. */
export interface ReceivedRelease extends Digests {
  readonly info: InfoJson;
  readonly fileName: string;
  readonly changelog: string | undefined;
  readonly thumbnail: Buffer | undefined;
}

/**
 * Take an uploaded zip into the store's quarantine, prove it there, and keep it only then.
 *
 * @throws {HTTPException} `InvalidModUpload`, `InvalidModRelease`
 * @see reference/reliability.md U6, rules REG-82 and REG-83
 */
export async function receiveRelease(
  store: Store,
  name: string,
  pieces: AsyncIterable<Uint8Array>,
): Promise<ReceivedRelease> {
  let received: ReceivedRelease | undefined;
  const draft = await store.draft(async (file, path) => {
    const digester = createDigester();
    await writePieces(file, pieces, digester.update);
    const proved = proveUpload(path, name);
    const digests = digester.digests();
    received = { ...proved, ...digests };
    return digests;
  });
  await store.keep([draft]);
  await store.settle();
  if (!received) throw refusal("InternalError");
  return received;
}

async function writePieces(
  file: OpenFile,
  pieces: AsyncIterable<Uint8Array>,
  see: (piece: Uint8Array) => void,
): Promise<void> {
  for await (const piece of pieces) {
    await writeAll(file, piece);
    see(piece);
  }
}

function proveUpload(path: string, name: string): Omit<ReceivedRelease, keyof Digests> {
  try {
    const { info } = readModZip(path);
    checkModZip(path, { name, version: info.version.text });
    const pages = readModZipPages(path);
    const [fault] = checkInfoJson(pages.info ?? "").remarks.filter(({ severity }) => severity === "error");
    if (fault) throw refusal("InvalidModRelease", { message: fault.text });
    return {
      info,
      fileName: modFileName(name, info.version.text),
      changelog: pages.changelog,
      thumbnail: pages.thumbnail,
    };
  } catch (error) {
    if (!isRoboportError(error, "ZIP_INVALID") && !isRoboportError(error, "INFO_JSON_SHAPE")) throw error;
    throw refusal("InvalidModUpload", { message: error.message });
  }
}
