import { createHash } from "node:crypto";
import { brotliDecompressSync, gunzipSync, inflateSync } from "node:zlib";
import { Busboy, type BusboyHeaders } from "@fastify/busboy";
import type { FormPart, RawBody } from "./raw-exchange.ts";

/** Looks at a body that goes through. */
export interface BodyKeeper {
  add(piece: Buffer): void;
  /** What there was of it; call it once, at the end. */
  end(): RawBody;
}

/** How the headers describe a body. */
export interface BodyHeaders {
  readonly type: string;
  readonly encoding: string;
}

/** Longer ones are counted, and not kept. */
const TEXT_MAX = 32 * 1024 * 1024;
const FORM_MAX = 1024 * 1024;
const PARTS_MAX = 200;
const PART_MAX = 64 * 1024;

/**
 * Keep what can be told of a body without its secrets: JSON and forms as they are, of everything else the digest.
 *
 * @see rule CAPTURE-7
 */
export function keepBody({ type, encoding }: BodyHeaders): BodyKeeper {
  const mimeType = type.split(";", 1)[0]?.trim().toLowerCase() ?? "";
  const empty = { mimeType, text: undefined, parts: [], sha256: undefined };
  if (/\bjson$/.test(mimeType)) return keepText({ ...empty, size: 0 }, { maximum: TEXT_MAX, encoding });
  if (mimeType === "application/x-www-form-urlencoded") {
    return keepText({ ...empty, size: 0 }, { maximum: FORM_MAX, encoding });
  }
  return mimeType === "multipart/form-data"
    ? keepParts({ ...empty, size: 0 }, type)
    : keepDigest({ ...empty, size: 0 });
}

function keepText(
  body: RawBody,
  { maximum, encoding }: { readonly maximum: number; readonly encoding: string },
): BodyKeeper {
  const pieces: Buffer[] = [];
  let size = 0;
  return {
    add(piece) {
      size += piece.byteLength;
      if (size <= maximum) pieces.push(piece);
      else pieces.length = 0;
    },
    end: () => ({ ...body, size, text: size > maximum ? undefined : decoded(Buffer.concat(pieces), encoding) }),
  };
}

/** @returns undefined for what cannot be decoded, or would be too long. */
function decoded(bytes: Buffer, encoding: string): string | undefined {
  const options = { maxOutputLength: TEXT_MAX };
  try {
    if (encoding === "" || encoding === "identity") return bytes.toString("utf8");
    if (encoding === "gzip" || encoding === "x-gzip") return gunzipSync(bytes, options).toString("utf8");
    if (encoding === "br") return brotliDecompressSync(bytes, options).toString("utf8");
    return encoding === "deflate" ? inflateSync(bytes, options).toString("utf8") : undefined;
  } catch (error) {
    if (error instanceof Error && "code" in error) return undefined;
    throw error;
  }
}

function keepDigest(body: RawBody): BodyKeeper {
  const hash = createHash("sha256");
  let size = 0;
  return {
    add(piece) {
      size += piece.byteLength;
      hash.update(piece);
    },
    end: () => ({ ...body, size, sha256: size === 0 ? undefined : hash.digest("hex") }),
  };
}

function keepParts(body: RawBody, type: string): BodyKeeper {
  const parts: FormPart[] = [];
  let size = 0;
  const form = findForm(type);
  form?.on("field", (name, text) => parts.push({ name, text }));
  form?.on("file", (name, file) => {
    parts.push({ name, text: undefined });
    file.resume();
  });
  // A form that makes no sense is the server's to refuse.
  form?.on("error", () => form.removeAllListeners("field"));
  return {
    add(piece) {
      size += piece.byteLength;
      if (form?.writable) form.write(piece);
    },
    end: () => ({ ...body, size, parts: parts.slice(0, PARTS_MAX) }),
  };
}

/** @returns undefined for a form whose parts cannot be told apart. */
function findForm(type: string): InstanceType<typeof Busboy> | undefined {
  try {
    const limits = { fields: PARTS_MAX, files: PARTS_MAX, fieldSize: PART_MAX };
    return new Busboy({ headers: { "content-type": type } as BusboyHeaders, limits });
  } catch (error) {
    if (error instanceof Error) return undefined;
    throw error;
  }
}
