import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ContractPortal, modZip, multipart, openContractPortal, type Part, PNG } from "./contract-portal.ts";

const DATA = process.env["ROBOPORT_DATA"] ?? fileURLToPath(new URL("../../../shared/data", import.meta.url));
const SAMPLES = join(DATA, "portal-samples");
const API = "/api/v2/mods";

let portal: ContractPortal;

beforeAll(async () => {
  portal = await openContractPortal();
});
afterAll(() => portal.close());

const post = async (target: string, parts: readonly Part[]): Promise<unknown> => {
  const { type, body } = multipart(parts);
  const headers = { authorization: `Bearer ${portal.key}`, "content-type": type };
  return JSON.parse((await portal.ask({ method: "POST", target, headers, body })).body.toString());
};
const forMod = (mod: string, more: Readonly<Record<string, string>> = {}): readonly Part[] =>
  Object.entries({ mod, ...more }).map(([name, bytes]) => ({ name, bytes }));
const uploaded = async (begin: string, mod: string, part: Part): Promise<unknown> => {
  const { upload_url: url } = (await post(begin, forMod(mod))) as { readonly upload_url: string };
  return await post(new URL(url).pathname, [part]);
};
const zip = (name: string, version: string): Part => ({
  name: "file",
  fileName: "a.zip",
  bytes: modZip(name, version),
});
const image: Part = { name: "image", fileName: "a.png", bytes: PNG };
const logIn = async (version: number, password: string): Promise<unknown> => {
  const form = new URLSearchParams({ username: portal.username, password, api_version: String(version) });
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const body = Buffer.from(form.toString());
  return JSON.parse((await portal.ask({ method: "POST", target: "/api-login", headers, body })).body.toString());
};

/** Keys and types, however deep; of a list those of its first value. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (typeof value !== "object" || value === null) return typeof value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shapeOf(inner)]));
}

const ANSWERS: readonly (readonly [file: string, answer: () => Promise<unknown>])[] = [
  ["auth-success.v1.constructed.json", () => logIn(1, portal.password)],
  ["auth-success.v2plus.constructed.json", () => logIn(2, portal.password)],
  ["auth-error.v3.constructed.json", () => logIn(3, "wrong")],
  ["auth-error.v4plus.constructed.json", () => logIn(6, "wrong")],
  ["auth-error.json", () => logIn(4, "wrong")],
  ["upload-init-success.constructed.json", () => post(`${API}/releases/init_upload`, forMod("belt-lamps"))],
  [
    "upload-finish-success.doc.json",
    () => uploaded(`${API}/releases/init_upload`, "belt-lamps", zip("belt-lamps", "2.0.0")),
  ],
  ["publish-finish-success.doc.json", () => uploaded(`${API}/init_publish`, "fresh", zip("fresh", "1.0.0"))],
  ["edit-details-success.doc.json", () => post(`${API}/edit_details`, forMod("belt-lamps", { title: "Lamps" }))],
  ["images-add-finish-success.doc.json", () => uploaded(`${API}/images/add`, "belt-lamps", image)],
  ["image-object.json", () => uploaded(`${API}/images/add`, "belt-lamps", image)],
  [
    "images-edit-success.doc.json",
    async () => {
      const { id } = (await uploaded(`${API}/images/add`, "belt-lamps", image)) as { readonly id: string };
      return await post(`${API}/images/edit`, forMod("belt-lamps", { images: id }));
    },
  ],
  ["upload-error-UnknownMod.real.json", () => post(`${API}/releases/init_upload`, forMod("nobody-has-it"))],
];

describe.skipIf(!existsSync(SAMPLES))("answers have the keys of the recorded ones", () => {
  it.each(ANSWERS)("[REG-59] %s", async (file, answer) => {
    const sample: unknown = JSON.parse(readFileSync(join(SAMPLES, file), "utf8"));
    expect(shapeOf(await answer())).toEqual(shapeOf(sample));
  });

  it("[REG-59] the words of a refusal are those of the portal", async () => {
    const sample: unknown = JSON.parse(readFileSync(join(SAMPLES, "upload-error-UnknownMod.real.json"), "utf8"));
    expect(await post(`${API}/releases/init_upload`, forMod("nobody-has-it"))).toEqual(sample);
  });
});
