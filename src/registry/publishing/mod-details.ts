import { CATEGORIES, TAGS } from "../../portal/contract/mod.ts";
import { LICENSE_IDS } from "../../portal/contract/authoring.ts";
import type { ModDetails, WorldLicense } from "../world.ts";
import { refusal } from "./refusal.ts";

/** Texts of a form by name; a repeated name has several. */
export type FormFields = ReadonlyMap<string, readonly string[]>;

type Changes = { -readonly [Key in keyof ModDetails]?: ModDetails[Key] };

const URL_MAX = 256;
const TEXT_MAX = 500_000;
const LICENSES: Readonly<Record<string, readonly [title: string, url: string]>> = {
  default_mit: ["MIT", "https://opensource.org/licenses/MIT"],
  default_gnugplv3: ["GNU GPLv3", "https://opensource.org/licenses/GPL-3.0"],
  default_gnulgplv3: ["GNU LGPLv3", "https://opensource.org/licenses/LGPL-3.0"],
  default_mozilla2: ["Mozilla Public License 2.0", "https://opensource.org/licenses/MPL-2.0"],
  default_apache2: ["Apache License 2.0", "https://opensource.org/licenses/Apache-2.0"],
  default_unlicense: ["The Unlicense", "https://unlicense.org"],
};

/**
 * What a form changes about a mod; what it does not name stays.
 *
 * @throws {HTTPException} `InvalidRequest` naming the field.
 * @see reference/portal-api.md §4, rule REG-84
 */
export function readDetailChanges(fields: FormFields): ModDetails {
  const changes: Changes = {};
  const take = <Key extends keyof Changes>(key: Key, name: string, read: (text: string) => Changes[Key]) => {
    const text = fields.get(name)?.at(-1);
    if (text !== undefined) changes[key] = read(text);
  };
  take("title", "title", (text) => limited("title", text, { minimum: 1, maximum: 250 }));
  take("summary", "summary", (text) => limited("summary", text, { maximum: 500 }));
  take("description", "description", (text) => limited("description", text, { maximum: TEXT_MAX }));
  take("faq", "faq", (text) => limited("faq", text, { maximum: TEXT_MAX }));
  take("category", "category", (text) => oneOf("category", text, ["", ...CATEGORIES]));
  take("homepage", "homepage", (text) => url("homepage", text));
  take("sourceUrl", "source_url", (text) => url("source_url", text));
  take("deprecated", "deprecated", (text) => oneOf("deprecated", text, ["true", "false"]) === "true");
  take("license", "license", readLicense);
  const tags = fields.get("tags");
  if (tags) changes.tags = [...new Set(tags.filter((tag) => tag !== "").map((tag) => oneOf("tags", tag, TAGS)))];
  return changes;
}

function limited(field: string, text: string, { minimum = 0, maximum }: { minimum?: number; maximum: number }): string {
  if (text.length >= minimum && text.length <= maximum) return text;
  throw refusal("InvalidRequest", { message: `${field} needs ${minimum} to ${maximum} characters` });
}

function oneOf(field: string, text: string, values: readonly string[]): string {
  if (values.includes(text)) return text;
  throw refusal("InvalidRequest", { message: `${field} is none of ${values.filter(Boolean).join(", ")}` });
}

function url(field: string, text: string): string {
  limited(field, text, { maximum: URL_MAX });
  if (text === "" || (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol))) return text;
  throw refusal("InvalidRequest", { message: `${field} is no http or https URL` });
}

function readLicense(id: string): WorldLicense {
  if (/^custom_[0-9a-f]{24}$/.test(id)) return { id, name: id, title: "Custom", description: "", url: "" };
  const [title, url] = LICENSES[oneOf("license", id, LICENSE_IDS)] ?? ["", ""];
  return { id, name: id.replace("default_", ""), title, description: "", url };
}
