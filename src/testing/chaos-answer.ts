import { STATUS_CODES } from "node:http";

/** An answer as it could be sent, whole in memory. */
export interface ChaosAnswer {
  readonly status: number;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer<ArrayBuffer>;
}

export async function readAnswer(response: Response): Promise<ChaosAnswer> {
  const body = Buffer.from(await response.arrayBuffer());
  const headers = { "content-length": String(body.length), ...Object.fromEntries(response.headers) };
  return { status: response.status, headers, body };
}

/** An answer with another body, which says how long it is. */
export function withBody(answer: ChaosAnswer, body: Uint8Array | string): ChaosAnswer {
  const bytes = Buffer.from(body);
  return { ...answer, body: bytes, headers: { ...answer.headers, "content-length": String(bytes.length) } };
}

export function withHeaders(answer: ChaosAnswer, set: Readonly<Record<string, string | null>>): ChaosAnswer {
  const headers = { ...answer.headers };
  for (const [name, value] of Object.entries(set)) {
    if (value === null) delete headers[name.toLowerCase()];
    else headers[name.toLowerCase()] = value;
  }
  return { ...answer, headers };
}

/** Status line and headers, the empty line included; after this answer the connection ends. */
export function formatHead({ status, headers }: ChaosAnswer, further: readonly string[] = []): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}`);
  const first = `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Unknown"}`;
  return [first, ...lines, ...further, "connection: close", "", ""].join("\r\n");
}
