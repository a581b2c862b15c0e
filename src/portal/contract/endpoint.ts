import type * as z from "zod/mini";
import type { Confidence } from "./fact.ts";

/** The servers that together are Factorio's web APIs. */
export const SERVICES = {
  portal: { origin: "https://mods.factorio.com", title: "Mod portal" },
  files: { origin: "https://dl-mod.factorio.com", title: "Mod files" },
  assets: { origin: "https://assets-mod.factorio.com", title: "Thumbnails and images" },
  auth: { origin: "https://auth.factorio.com", title: "Accounts" },
  matchmaking: { origin: "https://multiplayer.factorio.com", title: "Public games" },
  website: { origin: "https://www.factorio.com", title: "Game downloads" },
  updater: { origin: "https://updater.factorio.com", title: "Game updates" },
} as const;

/** One of {@link SERVICES}. */
export type ServiceName = keyof typeof SERVICES;

/** Other names under which a service is or was reached. */
export const OTHER_HOSTS: Readonly<Record<string, ServiceName>> = {
  "factorio.com": "website",
  "mods-data.factorio.com": "assets",
};

/** Something a request carries in its path or query. */
export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query";
  /** Tells of itself in {@link FACTS}. */
  readonly schema: z.ZodMiniType;
  readonly example?: string | undefined;
  readonly required?: boolean | undefined;
}

/** What a request must prove: nothing, an account (user name and token as query parameters), or a key with a usage. */
export type Proof = "none" | "account" | "account, if any" | ApiKeyUsage;

/** What an API key of an author may do. */
export type ApiKeyUsage = "key: Upload Mods" | "key: Publish Mods" | "key: Edit Mods";

/** The media type of a body. */
export type MediaType =
  | "application/json"
  | "application/x-www-form-urlencoded"
  | "multipart/form-data"
  | "application/octet-stream"
  | "application/zip"
  | "image/png"
  | "image/jpeg"
  | "text/html"
  | "text/plain";

/** What a request sends. */
export interface Body {
  /** The first one is the best. */
  readonly types: readonly MediaType[];
  readonly schema: z.ZodMiniType;
  readonly example?: unknown;
  readonly required?: boolean | undefined;
}

/** What may come back. */
export interface Answer {
  readonly status: number;
  /** When it comes, as a sentence. */
  readonly when: string;
  readonly type?: MediaType | undefined;
  readonly schema?: z.ZodMiniType | undefined;
  readonly example?: unknown;
  /** Headers that matter, with what they mean. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** One thing one can ask one of the services, with all that is known of it. */
export interface Endpoint {
  /** Stable, unique, in camel case: a generated client may use it as a name. */
  readonly id: string;
  readonly service: ServiceName;
  readonly method: "GET" | "POST";
  /** With parameters in braces, as OpenAPI has them. */
  readonly path: string;
  /** One imperative sentence without a full stop. */
  readonly summary: string;
  /** Paragraphs of Markdown without links. */
  readonly description: string;
  /** Whether Wube promises to keep it: a public API, an internal one with a page, or one no page mentions. */
  readonly stability: "public" | "internal" | "undocumented";
  readonly confidence: Confidence;
  readonly source: string;
  readonly proof: Proof;
  readonly parameters?: readonly Parameter[] | undefined;
  readonly body?: Body | undefined;
  readonly answers: readonly Answer[];
}
