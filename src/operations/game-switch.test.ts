import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { plantFolder } from "../../test/installation/planted-folder.ts";
import { formatGeneration, generationFile } from "../apply/generations.ts";
import { parseVersion } from "../game/version.ts";
import { type FileSystem, nodeFileSystem } from "../store/file-system.ts";
import { settleSwitch, switchGame } from "./game-switch.ts";

const [OLD, NEW] = [parseVersion("2.0.60"), parseVersion("2.1.12")];

function planted(): string {
  return plantFolder({
    "bin/x64/factorio": "old",
    "data/base/info.json": "old",
    "data/server-settings.json": "mine",
    "data/server-settings.example.json": "old",
    ".roboport/game/2.1.12/bin/x64/factorio": "new",
    ".roboport/game/2.1.12/data/base/info.json": "new",
    ".roboport/game/2.1.12/data/server-settings.example.json": "new",
    ".roboport/game/2.1.12/config-path.cfg": "new",
    "mods/mod-list.json": "{}",
  });
}

const order = (root: string, fs: FileSystem = nodeFileSystem) => ({
  root,
  from: OLD,
  to: NEW,
  generation: 7,
  fs,
});

function makeGeneration(root: string): void {
  const path = generationFile(root, 7);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, formatGeneration({ number: 7, at: "", reason: "", mods: [] }));
}

const gameOf = (root: string) =>
  ["bin/x64/factorio", "data/base/info.json"].map((path) => readFileSync(join(root, path), "utf8"));

/** A disk that dies before its n-th change, and then answers nothing any more. */
function dyingAt(n: number): { readonly fs: FileSystem; readonly isDead: () => boolean } {
  let left = n;
  const dying = ["rename", "link", "clone", "unlink", "mkdir", "rmdir", "open", "lstat", "readdir"] as const;
  const counted = ["rename", "link", "unlink", "mkdir", "rmdir", "open"];
  const fs = { ...nodeFileSystem };
  for (const name of dying) {
    const act = nodeFileSystem[name] as (...args: readonly unknown[]) => Promise<never>;
    fs[name] = async (...args: readonly unknown[]) => {
      if (counted.includes(name)) left--;
      if (left < 0) throw new Error("dead");
      return await act(...args);
    };
  }
  return { fs, isDead: () => left < 0 };
}

describe("switching the game", () => {
  it("[SWITCH-1] puts another game in place of the old one, which is kept whole", async () => {
    const root = planted();
    expect(await switchGame(order(root), async () => makeGeneration(root))).toBeUndefined();
    expect(gameOf(root)).toEqual(["new", "new"]);
    expect(readFileSync(join(root, ".roboport/game/2.0.60/data/base/info.json"), "utf8")).toBe("old");
    expect(readFileSync(join(root, "config-path.cfg"), "utf8")).toBe("new");
    expect(readdirSync(join(root, ".roboport/game"))).toEqual(["2.0.60"]);
  });

  it("[SWITCH-3] takes settings along that lie directly in data/, and no example", async () => {
    const root = planted();
    await switchGame(order(root), async () => makeGeneration(root));
    expect(readFileSync(join(root, "data/server-settings.json"), "utf8")).toBe("mine");
    expect(readFileSync(join(root, "data/server-settings.example.json"), "utf8")).toBe("new");
    writeFileSync(join(root, "data/server-settings.json"), "changed");
    await switchGame({ ...order(root), from: NEW, to: OLD, generation: undefined }, async () => {});
    expect(readFileSync(join(root, "data/server-settings.json"), "utf8")).toBe("changed");
  });

  it("[SWITCH-2] takes the game back when what goes with it fails", async () => {
    const root = planted();
    const failing = switchGame(order(root), async () => {
      expect(gameOf(root)).toEqual(["new", "new"]);
      throw new Error("no");
    });
    await expect(failing).rejects.toThrow("no");
    expect(gameOf(root)).toEqual(["old", "old"]);
    expect(existsSync(join(root, "config-path.cfg"))).toBe(false);
    expect(await settleSwitch(root, nodeFileSystem)).toBe("nothing");
  });

  it.each([0, 1, 2, 3, 4])("[SWITCH-2] is the old game when its move %i cannot be done", async (failing) => {
    const root = planted();
    let moves = -1;
    const fs: FileSystem = {
      ...nodeFileSystem,
      rename: async (from, to) => {
        const isMove = !from.includes(".tmp") && ++moves === failing;
        if (isMove) throw Object.assign(new Error("EXDEV"), { code: "EXDEV", errno: -18 });
        await nodeFileSystem.rename(from, to);
      },
    };
    const switching = switchGame({ ...order(root, fs), generation: undefined }, async () => {});
    await expect(switching).rejects.toMatchObject({ code: "DISK_ERROR" });
    expect(gameOf(root)).toEqual(["old", "old"]);
    expect(await settleSwitch(root, nodeFileSystem)).toBe("nothing");
  });

  it("[SWITCH-2] is whole after a death at any instant: old without its generation, new with it", async () => {
    const outcomes = new Set<string>();
    for (let n = 0; ; n++) {
      const root = planted();
      const { fs, isDead } = dyingAt(n);
      await switchGame(order(root, fs), async () => makeGeneration(root)).catch((error: unknown) => {
        expect(String(error)).toContain("dead");
      });
      await settleSwitch(root, nodeFileSystem);
      const isNew = existsSync(generationFile(root, 7));
      expect(gameOf(root), `death at ${n}`).toEqual(isNew ? ["new", "new"] : ["old", "old"]);
      expect(await settleSwitch(root, nodeFileSystem)).toBe("nothing");
      outcomes.add(String(isNew));
      if (!isDead()) break;
    }
    expect([...outcomes].sort()).toEqual(["false", "true"]);
  });

  it("[SWITCH-5] refuses a record that is damaged", async () => {
    const root = planted();
    writeFileSync(join(root, ".roboport/game/switch.json"), "{}");
    await expect(settleSwitch(root, nodeFileSystem)).rejects.toMatchObject({ code: "STATE_SHAPE" });
  });
});
