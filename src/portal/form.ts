/** A field of a form: text, or a file with its name. */
export type FormEntry = readonly [name: string, value: string | FilePart];

/** A file in a form. */
export interface FilePart {
  readonly fileName: string;
  readonly content: Blob;
}

/** A form as it is sent; its size is known before it is read. */
export interface MultipartForm {
  readonly contentType: string;
  readonly body: Blob;
}

/**
 * Write a form as `multipart/form-data`, without reading its files.
 *
 * @param boundary does not occur in any of the values
 * @see RFC 7578
 */
export function formatMultipart(entries: readonly FormEntry[], boundary: string): MultipartForm {
  const parts = entries.flatMap(([name, value]): (string | Blob)[] => {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${quoted(name)}"`;
    if (typeof value === "string") return [`${head}\r\n\r\n${value}\r\n`];
    const { fileName, content } = value;
    const type = content.type === "" ? "application/octet-stream" : content.type;
    return [`${head}; filename="${quoted(fileName)}"\r\nContent-Type: ${type}\r\n\r\n`, content, "\r\n"];
  });
  const contentType = `multipart/form-data; boundary=${boundary}`;
  return { contentType, body: new Blob([...parts, `--${boundary}--\r\n`]) };
}

/** As browsers write names. */
function quoted(text: string): string {
  return text.replaceAll('"', "%22").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}
