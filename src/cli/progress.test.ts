import { describe, expect, it } from "vitest";
import type { StoreEvent } from "../store/events.ts";
import { openProgress, type ProgressOptions } from "./progress.ts";
import { plainOf } from "./styled.ts";

/** What a terminal shows: every write, with the bars it takes away. */
function openScreen(options: Partial<ProgressOptions> = {}) {
  let now = 0;
  let shown: string[] = [];
  const progress = openProgress(
    {
      raw(text) {
        const up = Number(new RegExp(`^${"\x1b"}\\[(\\d+)A${"\x1b"}\\[J$`).exec(text)?.[1]);
        shown = shown.slice(0, shown.length - up);
      },
      write(text) {
        shown.push(...plainOf(text).split("\n"));
      },
    },
    { mode: "bars", unicode: true, columns: () => 100, monotonic: () => now, ...options },
  );
  return {
    at(time: number, event: StoreEvent) {
      now = time;
      progress.onEvent(event);
      return shown;
    },
    clear() {
      progress.clear();
      return shown;
    },
  };
}

const queued = (id: string, size?: number): StoreEvent => ({ kind: "download-queued", id, size });
const started = (id: string, size?: number): StoreEvent => ({ kind: "download-started", id, size });
const received = (id: string, bytes: number, size?: number): StoreEvent => ({
  kind: "download-progress",
  id,
  received: bytes,
  size,
});
const verified = (id: string, size: number): StoreEvent => ({ kind: "download-verified", id, size });

describe("openProgress on a terminal", () => {
  it("[CLI-18] shows a bar per file on its way and one for all, with rate and time left", () => {
    const screen = openScreen();
    screen.at(0, queued("flib 0.16.5", 1_000_000));
    screen.at(0, queued("krastorio 2.0.0", 9_000_000));
    screen.at(200, started("flib 0.16.5", 1_000_000));
    screen.at(250, started("krastorio 2.0.0", 9_000_000));
    screen.at(600, received("flib 0.16.5", 500_000, 1_000_000));
    expect(screen.at(1000, received("krastorio 2.0.0", 1_500_000, 9_000_000))).toEqual([
      "flib 0.16.5      ████████████░░░░░░░░░░░░  500.0 kB of 1.0 MB",
      "krastorio 2.0.0  ████░░░░░░░░░░░░░░░░░░░░  1.5 MB of 9.0 MB",
      "Total            █████░░░░░░░░░░░░░░░░░░░  0 of 2 files, 2.0 MB of 10.0 MB, 2.0 MB/s, 4 s left",
    ]);
    expect(screen.at(1200, verified("flib 0.16.5", 1_000_000))).toEqual([
      "krastorio 2.0.0  ████░░░░░░░░░░░░░░░░░░░░  1.5 MB of 9.0 MB",
      "Total            ██████░░░░░░░░░░░░░░░░░░  1 of 2 files, 2.5 MB of 10.0 MB, 2.1 MB/s, 4 s left",
    ]);
    expect(screen.at(2000, verified("krastorio 2.0.0", 9_000_000))).toEqual([]);
  });

  it("[CLI-18] draws at most ten times per second, and leaves nothing behind", () => {
    const screen = openScreen();
    screen.at(0, started("a", 100));
    const first = screen.at(150, received("a", 10, 100));
    expect(screen.at(180, received("a", 90, 100))).toEqual(first);
    expect(screen.clear()).toEqual([]);
    expect(screen.clear()).toEqual([]);
  });

  it("[CLI-18] fits a narrow terminal, without bars", () => {
    const screen = openScreen({ columns: () => 40 });
    screen.at(0, started("a-mod-with-a-rather-long-name 1.2.3", 2_000_000));
    const shown = screen.at(700, received("a-mod-with-a-rather-long-name 1.2.3", 1_000_000, 2_000_000));
    expect(shown.map((line) => line.length <= 39)).toEqual([true, true]);
    expect(shown[0]).toContain("1.0 MB of 2.0 MB");
  });

  it("shows what is known where sizes are not, and goes back when a transfer begins again", () => {
    const screen = openScreen({ unicode: false });
    screen.at(0, started("a"));
    expect(screen.at(200, received("a", 5_000))[0]).toBe("a      ------------------------  5.0 kB");
    const restarted: StoreEvent = { kind: "download-restarted", id: "a", received: 1_000, why: "the bytes were wrong" };
    expect(screen.at(400, restarted)[0]).toBe("a      ------------------------  1.0 kB");
  });

  it("takes no notice of what was in the store already, and drops what failed", () => {
    const screen = openScreen();
    expect(screen.at(0, { kind: "download-reused", id: "a", size: 5 })).toEqual([]);
    screen.at(200, started("b", 10));
    const failed: StoreEvent = { kind: "download-failed", id: "b", code: "DOWNLOAD_DIGEST", message: "differs" };
    expect(screen.at(400, failed)).toEqual([]);
  });

  it("shows the first files when there are many", () => {
    const screen = openScreen();
    for (let at = 0; at < 20; at++) screen.at(at, started(`mod-${at}`, 10));
    expect(screen.at(300, received("mod-0", 5, 10))).toHaveLength(7);
  });
});

describe("openProgress elsewhere", () => {
  it("[CLI-18] writes a line every ten seconds into a pipe, none for what is quick", () => {
    const log = openScreen({ mode: "lines" });
    log.at(0, queued("a", 60_000_000));
    log.at(100, started("a", 60_000_000));
    expect(log.at(9_000, received("a", 10_000_000, 60_000_000))).toEqual([]);
    expect(log.at(11_000, received("a", 20_000_000, 60_000_000))).toEqual([
      "Downloading: 0 of 1 files, 20.0 MB of 60.0 MB, 5.0 MB/s, 8 s left",
    ]);
    expect(log.at(12_000, received("a", 30_000_000, 60_000_000))).toHaveLength(1);
    expect(log.at(22_000, verified("a", 60_000_000))).toHaveLength(1);
  });

  it("[CLI-18] says nothing when nothing is wanted", () => {
    const silent = openScreen({ mode: "none" });
    silent.at(0, started("a", 10));
    expect(silent.at(20_000, received("a", 5, 10))).toEqual([]);
    expect(silent.clear()).toEqual([]);
  });
});
