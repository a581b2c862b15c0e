import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  type ContractPortal,
  modZip,
  multipart,
  openContractPortal,
  PNG,
  type WireAnswer,
} from "../contract/contract-portal.ts";
import { type Sequence, SEQUENCES, type Step } from "./sequences.ts";

let portal: ContractPortal;

beforeAll(async () => {
  portal = await openContractPortal();
});
afterAll(() => portal.close());

/** What earlier answers told. */
type Told = Record<string, string>;

function filled(text: string, told: Told): string {
  return text.replaceAll(/\{(\w+)\}/g, (_, word: string) => told[word] ?? "");
}

/** A URL of the portal as it stands in a request line. */
function targetOf(text: string): string {
  return text.startsWith("http") ? text.replace(/^https?:\/\/[^/]+/, "") : text;
}

async function take(step: Step, told: Told): Promise<WireAnswer> {
  const headers = Object.fromEntries(
    Object.entries(step.headers ?? {}).map(([name, value]) => [name, filled(value, told)]),
  );
  const { type, body } = bodyOf(step, told);
  const target = targetOf(filled(step.target, told));
  return portal.ask({
    method: step.method ?? "GET",
    target,
    headers: { ...headers, ...(type && { "content-type": type }) },
    ...body,
  });
}

function bodyOf({ form, parts }: Step, told: Told): { type?: string; body?: { readonly body: Buffer } } {
  if (form)
    return { type: "application/x-www-form-urlencoded", body: { body: Buffer.from(`${new URLSearchParams(form)}`) } };
  if (!parts) return {};
  const made = multipart(
    Object.entries(parts).map(([name, text]) => {
      if (text === "zip") return { name, fileName: "mod.zip", bytes: modZip("belt-lamps", "1.3.0") };
      return text === "png" ? { name, fileName: "a.png", bytes: PNG } : { name, bytes: filled(text, told) };
    }),
  );
  return { type: made.type, body: { body: made.body } };
}

function at(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
}

describe("clients of others", () => {
  it.each(SEQUENCES)("[REG-58] $client gets what it needs", async ({ steps }: Sequence) => {
    const told: Told = { key: portal.key, token: portal.token };
    for (const step of steps) {
      const answer = await take(step, told);
      expect([step.target, answer.status]).toEqual([step.target, step.status]);
      for (const name of step.needs ?? []) expect(answer.headers).toHaveProperty(name);
      if (answer.headers["location"]) told["location"] = answer.headers["location"];
      if (answer.type !== "application/json") continue;
      const json: unknown = JSON.parse(answer.body.toString());
      for (const [path, value] of Object.entries(step.has ?? {})) expect([path, at(json, path)]).toEqual([path, value]);
      for (const [word, path] of Object.entries(step.take ?? {})) told[word] = String(at(json, path));
    }
  });

  it("[REG-58] a download that is followed has the digest that was announced", async () => {
    const full = await portal.ask({ method: "GET", target: "/api/mods/belt-lamps/full", headers: {} });
    const { releases } = JSON.parse(full.body.toString()) as {
      readonly releases: readonly { readonly download_url: string; readonly sha1: string }[];
    };
    for (const { download_url: path, sha1 } of releases) {
      const target = `/${path}?username=${portal.username}&token=${portal.token}`;
      const { headers } = await portal.ask({ method: "GET", target, headers: {} });
      const zip = await portal.ask({ method: "GET", target: targetOf(headers["location"] ?? ""), headers: {} });
      expect(createHash("sha1").update(zip.body).digest("hex")).toBe(sha1);
    }
  });
});
