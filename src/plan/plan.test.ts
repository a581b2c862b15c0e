import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseModList } from "../game/mod-list.ts";
import { parseVersion } from "../game/version.ts";
import { type Actual, describeActual, type PresentMod } from "./actual.ts";
import { formatLockfile, type LockedMod, type Lockfile } from "./lockfile.ts";
import { isEmptyPlan, type Plan, planInstall, planTexts } from "./plan.ts";
import { formatPlanDocument, parsePlanFile } from "./plan-file.ts";

const GAME = parseVersion("2.0.60");
const MANIFEST = '{"mods": {}}';

function locked(name: string, version: string, fields: Partial<LockedMod> = {}): LockedMod {
  const file = `${name}_${version}.zip`;
  const sha256 = digestOf(file);
  return {
    name,
    version: parseVersion(version),
    file,
    sha256,
    enabled: true,
    factorioVersion: "2.0",
    dependencies: [],
    ...fields,
  };
}

/** Any 64 hex digits that differ per file. */
function digestOf(file: string): string {
  return [...file]
    .reduce((sum, c) => (sum * 31 + c.charCodeAt(0)) % 2 ** 31, 7)
    .toString(16)
    .padStart(64, "0");
}

function present(mod: LockedMod, fields: Partial<PresentMod> = {}): PresentMod {
  const { name, version, file, factorioVersion, dependencies } = mod;
  const sha256 = mod.sha256 ?? "";
  return {
    name,
    version,
    file,
    factorioVersion,
    dependencies,
    sha256,
    form: "zip",
    size: 1,
    stamp: "1:1:1",
    owned: true,
    ...fields,
  };
}

function lockfileOf(mods: readonly LockedMod[]): Lockfile {
  return { factorio: GAME, builtIns: [{ name: "base", version: GAME, enabled: true }], request: "", mods };
}

function actualOf(mods: readonly PresentMod[], modList?: string): Actual {
  return { mods, foreign: [], modList: modList === undefined ? undefined : parseModList(modList) };
}

/** What the mods folder is after a plan: the model of apply. */
function after(actual: Actual, plan: Plan): Actual {
  const gone = new Set(plan.actions.flatMap((action) => (action.do === "add" ? [] : [action.from.file])));
  const placed = plan.actions.flatMap((action) => (action.do === "remove" ? [] : [present(action.mod)]));
  return { ...actual, mods: [...actual.mods.filter((mod) => !gone.has(mod.file)), ...placed], modList: plan.modList };
}

const plan = (mods: readonly LockedMod[], actual: Actual) =>
  planInstall({ manifestText: MANIFEST, lockfile: lockfileOf(mods), actual });
const does = (each: Plan) => each.actions.map((action) => action.do);

const name = fc.constantFrom("a", "b", "a_b", "c");
const release = fc.tuple(name, fc.constantFrom("1.0.0", "1.2.0", "2.0.0")).map(([n, v]) => locked(n, v));
const wantedSet = fc.uniqueArray(release, { selector: (mod) => mod.name });
const presentSet = fc.uniqueArray(
  fc
    .tuple(release, fc.boolean(), fc.boolean())
    .map(([mod, owned, same]) => present(mod, { owned, ...(!same && { sha256: "f".repeat(64) }) })),
  { selector: (mod) => mod.file },
);

describe("plan", () => {
  it("[PLAN-1] planning again after applying changes nothing", () => {
    fc.assert(
      fc.property(wantedSet, presentSet, (wanted, mods) => {
        const actual = actualOf(mods);
        const first = plan(wanted, actual);
        fc.pre(first.blocked.length === 0);
        expect(isEmptyPlan(plan(wanted, after(actual, first)))).toBe(true);
      }),
    );
  });

  it("[PLAN-2] files that are not ours are never replaced or removed", () => {
    fc.assert(
      fc.property(wantedSet, presentSet, (wanted, mods) => {
        for (const action of plan(wanted, actualOf(mods)).actions) {
          if (action.do !== "add") expect(action.from.owned).toBe(true);
        }
      }),
    );
  });

  it("[PLAN-3] any difference of the actual state shows in its description", () => {
    const actual = actualOf([present(locked("a", "1.0.0"))], '{"mods": [{"name": "a", "enabled": true}]}');
    const [mod] = actual.mods;
    const others = [
      actualOf([]),
      { ...actual, mods: [{ ...(mod as PresentMod), stamp: "2:1:1" }] },
      { ...actual, modList: parseModList('{"mods": [{"name": "a", "enabled": false}]}') },
    ];
    const texts = { manifest: "m", lockfile: "l" };
    const described = describeActual(actual, texts);
    for (const other of others) expect(describeActual(other, texts)).not.toBe(described);
    expect(describeActual(actual, { ...texts, manifest: "edited" })).not.toBe(described);
    expect(describeActual(actual, { ...texts, lockfile: undefined })).not.toBe(described);
  });

  it("[PLAN-4] keeps what is right, repairs what is not, upgrades, downgrades and removes", () => {
    const right = locked("a", "1.0.0");
    const broken = locked("b", "1.0.0");
    const actual = actualOf([
      present(right),
      present(broken, { sha256: "f".repeat(64) }),
      present(locked("c", "1.0.0")),
      present(locked("d", "2.0.0")),
      present(locked("e", "1.0.0")),
    ]);
    const made = plan([right, broken, locked("c", "1.2.0"), locked("d", "1.0.0"), locked("f", "1.0.0")], actual);
    expect(made.keep.map((mod) => mod.name)).toEqual(["a"]);
    expect(does(made)).toEqual(["repair", "upgrade", "downgrade", "add", "remove"]);
  });

  it("[PLAN-4] an adopted zip is known by the portal's SHA-1 until its SHA-256 is", () => {
    const { sha256: _, ...mod } = locked("a", "1.0.0", { sha1: "a".repeat(40) });
    expect(isEmptyPlan(plan([mod], actualOf([present(mod, { sha1: "a".repeat(40) })])))).toBe(true);
    expect(does(plan([mod], actualOf([present(mod, { sha1: "b".repeat(40) })])))).toEqual(["repair"]);
  });

  it("[PLAN-5] lists every built-in and locked mod, in the game's own form", () => {
    const made = plan([locked("Zed", "1.0.0"), locked("alpha", "1.0.0", { enabled: false })], actualOf([]));
    expect(planTexts(made).modList).toBe(
      '\n{\n  "mods": \n  [\n    \n    {\n      "name": "base",\n      "enabled": true\n    },\n    \n' +
        '    {\n      "name": "alpha",\n      "enabled": false\n    },\n    \n' +
        '    {\n      "name": "Zed",\n      "enabled": true\n    }\n  ]\n}\n',
    );
  });

  it("[PLAN-6] keeps foreign entries, unknown fields and pins, drops entries of what it removes", () => {
    const list = JSON.stringify({
      note: "mine",
      mods: [
        { name: "hand-made", enabled: false, version: "1.0.0", colour: "red" },
        { name: "old", enabled: true },
        { name: "not-on-disk", enabled: true },
      ],
    });
    const made = plan([], actualOf([present(locked("old", "1.0.0"))], list));
    expect(made.modList.mods.map((entry) => entry.name)).toEqual(["hand-made", "not-on-disk", "base"]);
    expect(made.modList.mods[0]).toEqual({
      name: "hand-made",
      enabled: false,
      version: "1.0.0",
      extra: { colour: "red" },
    });
    expect(made.modList.extra).toEqual({ note: "mine" });
  });

  it("[PLAN-7] pins a locked mod that a newer foreign zip would outrank", () => {
    const foreign = present(locked("a", "2.0.0"), { owned: false });
    const made = plan([locked("a", "1.0.0")], actualOf([foreign]));
    expect(made.modList.mods.find((entry) => entry.name === "a")?.version).toBe("1.0.0");
    expect(does(made)).toEqual(["add"]);
  });

  it("[PLAN-8] a foreign zip with other bytes under the wanted name blocks", () => {
    const foreign = present(locked("a", "1.0.0"), { owned: false, sha256: "f".repeat(64) });
    const made = plan([locked("a", "1.0.0")], actualOf([foreign]));
    expect([does(made), made.blocked.map((each) => each.file)]).toEqual([[], ["a_1.0.0.zip"]]);
  });

  it("[PLAN-9] reads back what it printed", () => {
    fc.assert(
      fc.property(wantedSet, presentSet, (wanted, mods) => {
        const made = plan(wanted, actualOf(mods));
        const document = formatPlanDocument(made, { actual: "0".repeat(64), command: "update" });
        const read = parsePlanFile(JSON.stringify(document));
        expect(formatLockfile(read.lockfile)).toBe(formatLockfile(made.lockfile));
        expect([read.manifestText, read.actual, read.command]).toEqual([MANIFEST, "0".repeat(64), "update"]);
      }),
    );
  });
});
