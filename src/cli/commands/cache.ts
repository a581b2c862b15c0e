import { resolve } from "node:path";
import type { CacheInfo, CacheVerification } from "../../operations/cache.ts";
import type { Session } from "../../operations/session.ts";
import { defineCommand, listFlag, oneOf, required, switchFlag, valueFlag } from "../command.ts";
import type { CommandContext } from "../context.ts";
import { parseDuration } from "../duration-flag.ts";
import { bitCodedExit, type ExitBits } from "../exit-bits.ts";
import { formatBytes, formatCount } from "../quantity.ts";
import { bold, dim, green, lines, red, styled, type Styled, type Text } from "../styled.ts";

const ACTIONS = ["info", "prune", "verify"] as const;
const BITS: ExitBits<"needed"> = { needed: 8 };

export const command = defineCommand({
  details:
    "Every installation that uses the store is known to it. prune leaves what the lockfile or the history of any of them needs, and what came within the last hour. verify ends with exit code 5 when it sets something damaged aside, and with 13 when an installation needs it.",
  flags: {
    olderThan: valueFlag("DURATION", "prune: only what came longer ago than this: 12h, 30d, 4w", parseDuration),
    dryRun: switchFlag("prune: only tell what would go", { alias: "n" }),
    forget: listFlag("DIR", "prune: this installation is no more; repeatable"),
  },
  positional: [required("ACTION", ACTIONS.join(", "), { parse: oneOf(ACTIONS), complete: ACTIONS })],
  examples: [
    ["roboport cache info", "How large it is, and who uses it"],
    ["roboport cache prune --older-than 30d", "Remove what nobody needs"],
    ["roboport cache verify", "Read every zip again"],
  ],
  async run(context, flags, action) {
    const session = await context.openSession();
    if (action === "info") return await showInfo(context, session);
    if (action === "verify") return await verify(context, session);
    const { pruneCache } = await import("../../operations/cache.ts");
    const forget = flags.forget.map((path) => resolve(context.cwd, path));
    const { blobs, bytes } = await pruneCache(session, { ...flags, forget });
    const what = `${formatCount(blobs, "zip")}, ${formatBytes(bytes)}`;
    context.output.outcome(
      { ok: true, dryRun: flags.dryRun, blobs, bytes },
      blobs === 0 ? "Nothing to remove" : `${flags.dryRun ? "Would remove" : "Removed"} ${what}`,
    );
  },
});

async function showInfo({ output }: CommandContext, session: Session): Promise<void> {
  const { cacheInfo } = await import("../../operations/cache.ts");
  const info = await cacheInfo(session);
  output.data({ ok: true, ...info }, () => formatInfo(info));
}

function formatInfo({ dir, blobs, bytes, damaged, roots, unneeded }: CacheInfo): Styled {
  return lines(
    styled`${bold(dir)}: ${formatCount(blobs, "zip")}, ${formatBytes(bytes)}`,
    unneeded.blobs > 0
      ? styled`  nobody needs ${formatCount(unneeded.blobs, "zip")}, ${formatBytes(unneeded.bytes)}`
      : [],
    damaged > 0 ? styled`  ${formatCount(damaged, "damaged zip")} set aside` : [],
    roots.map(({ root, isHere, blobs: needed, missing }): Text => {
      const absent = missing > 0 ? `, ${missing} not in the store` : "";
      const unseen = isHere ? "" : " (cannot be seen from here; if it is gone: cache prune --forget)";
      return styled`  ${root} needs ${formatCount(needed, "zip")}${absent}${dim(unseen)}`;
    }),
  );
}

async function verify({ output }: CommandContext, session: Session): Promise<number | void> {
  const { verifyCache } = await import("../../operations/cache.ts");
  const { good, damaged } = await verifyCache(session);
  output.data({ ok: damaged.length === 0, good, damaged }, () => formatVerification({ good, damaged }));
  if (damaged.length === 0) return;
  const isNeeded = damaged.some(({ neededBy }) => neededBy.length > 0);
  return bitCodedExit("STORE_DAMAGED", isNeeded ? ["needed"] : [], BITS);
}

function formatVerification({ good, damaged }: CacheVerification): Styled {
  return lines(
    damaged.map(({ sha256, neededBy }) => {
      const whose = neededBy.length > 0 ? `, needed by ${neededBy.join(", ")}` : "";
      return styled`${red("x")} ${sha256} is damaged, and was set aside${whose}`;
    }),
    damaged.length === 0
      ? styled`${green("ok")} ${formatCount(good, "zip")} verified`
      : `${formatCount(damaged.length, "damaged zip")} set aside; the next command that needs one downloads it again`,
  );
}
