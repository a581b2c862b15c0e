import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Busboy, type BusboyConfig, type BusboyHeaders } from "@fastify/busboy";
import { refusal } from "./refusal.ts";

/** A form as it came in. */
export interface UploadForm<T> {
  /** Texts by name; a repeated name has several. */
  readonly fields: ReadonlyMap<string, readonly string[]>;
  /** What the file became; undefined when there was none. */
  readonly file: T | undefined;
}

export interface UploadFormOptions<T> {
  /** The field that holds the file. */
  readonly field: string;
  /** Longest file, in bytes. */
  readonly maximum: number;
  /** Takes the file while it arrives. */
  readonly take: (pieces: AsyncIterable<Uint8Array>) => Promise<T>;
}

const FIELDS_MAX = 40;
const FIELD_BYTES_MAX = 1024 * 1024;

/**
 * Read `multipart/form-data` with one file, which never stands in memory as a whole.
 *
 * @throws {HTTPException} 400 for a body that is no such form or breaks off, 413 for a file that is too long, and what
 *   `take` throws.
 * @see reference/reliability.md U6, rule REG-81
 */
export async function readUploadForm<T>(request: Request, options: UploadFormOptions<T>): Promise<UploadForm<T>> {
  const type = request.headers.get("content-type") ?? "";
  if (!request.body || !/^multipart\/form-data\b/i.test(type)) throw refusal("InvalidRequest");
  const fields = new Map<string, string[]>();
  let taken: Promise<T> | undefined;
  const limits = { files: 1, fields: FIELDS_MAX, fieldSize: FIELD_BYTES_MAX, fileSize: options.maximum };
  const form = openForm(type, limits);
  form.on("field", (name, value) => fields.set(name, [...(fields.get(name) ?? []), value]));
  form.on("file", (name, file) => {
    // A file that breaks off tells so itself, and the form does too; without a listener the process would end.
    file.on("error", () => {});
    if (name !== options.field || taken) return void file.resume();
    taken = options.take(guarded(file));
    // It is awaited below; until then nobody may take it for unhandled.
    taken.catch(() => file.resume());
  });
  await parse(Readable.fromWeb(request.body as Parameters<typeof Readable.fromWeb>[0]), form);
  return { fields, file: await taken };
}

/** @throws {HTTPException} 400 for a boundary that is missing or too long. */
function openForm(type: string, limits: BusboyConfig["limits"]): InstanceType<typeof Busboy> {
  try {
    return new Busboy({ headers: { "content-type": type } as BusboyHeaders, limits });
  } catch (error) {
    if (error instanceof Error)
      throw refusal("InvalidRequest", { message: "The form has no boundary that can be used" });
    throw error;
  }
}

async function parse(body: Readable, form: InstanceType<typeof Busboy>): Promise<void> {
  try {
    await pipeline(body, form);
  } catch (error) {
    if (error instanceof Error) throw refusal("InvalidRequest", { message: "The form breaks off or cannot be read" });
    throw error;
  }
}

interface LimitedStream extends Readable {
  readonly truncated?: boolean;
}

/** Whoever gives up on it, a full disk for example, leaves it whole: the form has to be read to its end to be answered. */
async function* guarded(file: LimitedStream): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const piece of file.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>) yield piece;
  if (file.truncated) throw refusal("InvalidModUpload", { status: 413, message: "The file is too large" });
}
