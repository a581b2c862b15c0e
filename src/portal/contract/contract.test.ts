import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import * as z from "zod/mini";
import { BookmarksSchema, PortalErrorSchema } from "./account.ts";
import { AuthoringErrorSchema, AuthoringSuccessSchema, ImagesSuccessSchema, UploadUrlSchema } from "./authoring.ts";
import { AvailableVersionsSchema, DownloadLinkSchema, LatestReleasesSchema } from "./game-files.ts";
import { ModListSchema } from "./list.ts";
import { LoginAnswerSchema } from "./login.ts";
import { GameDetailsSchema, GamesSchema, MatchmakingErrorSchema } from "./matchmaking.ts";
import { ImageSchema, ModFullSchema, ModListEntrySchema, ModShortSchema } from "./mod.ts";
import { ReleaseSchema } from "./release.ts";
import { SearchPageSchema, SearchRequestSchema } from "./search.ts";

const SAMPLES = join(
  process.env["ROBOPORT_DATA"] ?? fileURLToPath(new URL("../../../../shared/data", import.meta.url)),
  "portal-samples",
);
const read = (name: string): unknown => JSON.parse(readFileSync(join(SAMPLES, name), "utf8"));

const RECORDED: readonly (readonly [name: string, schema: z.ZodMiniType])[] = [
  ["list-default-page1.2022-05.json", ModListSchema],
  ["list-default-page2.2022-05.json", ModListSchema],
  ["list-max-empty.constructed.json", ModListSchema],
  ["list-out-of-range-page.2026-02.json", ModListSchema],
  ["list-page_size-1000000.2018-07.excerpt.json", ModListSchema],
  ["list-page_size2-sort-updated_at.2026-02.json", ModListSchema],
  ["namelist-flib.2026-02.json", ModListSchema],
  ["short-Krastorio2.2022-05.json", ModShortSchema],
  ["short-flib.2026-02.json", ModShortSchema],
  ["full-1000BagSize.2019.json", ModFullSchema],
  ["full-AutoDeconstruct.2025-12.json", ModFullSchema],
  ["full-bobelectronics.2021.stripped.json", ModFullSchema],
  ["full-flib.2026-02.truncated.json", ModFullSchema],
  ["full-mymod.constructed-MForster.json", ModFullSchema],
  ["full-singleplayer_extreme_modpack.2025-12.json", ModFullSchema],
  ["release-with-feature_flags.2026-02.json", ReleaseSchema],
  ["image-object.json", ImageSchema],
  ["search-response.constructed.json", SearchPageSchema],
  ["bookmarks.constructed.json", BookmarksSchema],
  ["search-request.client-A.json", SearchRequestSchema],
  ["search-request.client-B.json", SearchRequestSchema],
  ["search-request.client-C.json", SearchRequestSchema],
  ["upload-init-success.constructed.json", UploadUrlSchema],
  ["upload-finish-success.doc.json", AuthoringSuccessSchema],
  ["publish-finish-success.doc.json", AuthoringSuccessSchema],
  ["edit-details-success.doc.json", AuthoringSuccessSchema],
  ["images-add-finish-success.doc.json", ImageSchema],
  ["images-edit-success.doc.json", ImagesSuccessSchema],
  ["upload-error-UnknownMod.real.json", AuthoringErrorSchema],
  ["upload-errors.all-codes.doc.json", z.array(AuthoringErrorSchema)],
  ["auth-success.json", LoginAnswerSchema],
  ["auth-success.v1.constructed.json", LoginAnswerSchema],
  ["auth-success.v2plus.constructed.json", LoginAnswerSchema],
  ["auth-error.json", LoginAnswerSchema],
  ["auth-error.email-code-required.constructed.json", LoginAnswerSchema],
  ["auth-error.v3.constructed.json", LoginAnswerSchema],
  ["auth-error.v4plus.constructed.json", LoginAnswerSchema],
  ["matchmaking-get-games.constructed.json", GamesSchema],
  ["matchmaking-get-game-details.2025-10.partial.json", GameDetailsSchema],
  ["matchmaking-errors.real.json", z.array(MatchmakingErrorSchema)],
  ["latest-releases.2026-08.json", LatestReleasesSchema],
  ["latest-releases.no-experimental.json", LatestReleasesSchema],
  ["updater-get-available-versions.2026-08.excerpt.json", AvailableVersionsSchema],
  ["updater-get-download-link.2018.json", DownloadLinkSchema],
  ["error-404-mod-not-found.json", PortalErrorSchema],
  ["auth-error.json", PortalErrorSchema],
  ["upload-error-UnknownMod.real.json", PortalErrorSchema],
];

describe.skipIf(!existsSync(SAMPLES))("recorded answers", () => {
  it.each(RECORDED)("[PORTAL-2] %s decodes to itself", (name, schema) => {
    const recorded = read(name);
    expect(schema.parse(recorded)).toEqual(recorded);
  });
});

describe("answers that were never recorded", () => {
  const mod = { name: "a", title: "A", owner: "o" };

  it("[PORTAL-2] unknown fields, unknown categories and nulls pass", () => {
    const entry = {
      ...mod,
      category: "dlc",
      tags: ["quantum"],
      summary: null,
      score: null,
      latest_release: null,
      licence_of_2030: { by: "x" },
    };
    expect(ModListEntrySchema.parse(entry)).toEqual(entry);
  });

  it("[PORTAL-2] a license may be an object or a list", () => {
    for (const license of [{ name: "mit" }, [{ name: "mit" }]]) {
      expect(ModFullSchema.parse({ ...mod, releases: [], license })).toEqual({ ...mod, releases: [], license });
    }
  });

  it.each([null, {}, undefined])("[PORTAL-3] pagination may be %j", (pagination) => {
    expect(ModListSchema.safeParse({ pagination, results: [] }).success).toBe(true);
  });

  it("[PORTAL-2] a field named __proto__ changes no prototype", () => {
    const hostile: unknown = JSON.parse('{"name":"a","title":"A","owner":"o","__proto__":{"deprecated":true}}');
    expect(ModListEntrySchema.parse(hostile).deprecated).toBeUndefined();
  });
});
